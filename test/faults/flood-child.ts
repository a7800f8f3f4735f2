// Posts logins on 500 connections as fast as they are answered, each from another address; tells how they were answered.
import { Agent, request } from 'node:http'
import type { Flood, FloodOutcome } from './flood.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 500 })

process.once('message', (flood: Flood) => void run(flood))

async function run({ url, logins, bodies }: Flood): Promise<void> {
  const startedAt = performance.now()
  const statuses: Record<number, number> = {}
  const answers = Array.from({ length: logins }, async (_, index) => {
    const status = await post(url, bodies[index % bodies.length] ?? '', index)
    statuses[status] = (statuses[status] ?? 0) + 1
  })
  await Promise.all(answers)
  agent.destroy()
  const outcome: FloodOutcome = { statuses, tookMs: performance.now() - startedAt }
  process.send?.(outcome)
  process.disconnect()
}

function post(url: string, body: string, index: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': `10.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`,
  }
  request(`${url}/login/`, { agent, method: 'POST', headers }, (response) => {
    response.resume().once('end', () => resolve(response.statusCode ?? 0))
  })
    .once('error', () => resolve(0))
    .end(body)
  return promise
}
