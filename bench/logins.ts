import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { loginRequest, runLoad } from './load.ts'
import { type Row, row } from './results.ts'
import { startServer } from './server-process.ts'
import { median } from './statistics.ts'

const rounds = 5
const seconds = 4

/** Logins per second, eight at a time, against the rate of the bare hash, in turns. */
export async function measureLogins(folder: string): Promise<Row[]> {
  const server = await startServer('latchkey', { BENCH_DATABASE: `${folder}/logins.db`, BENCH_THROTTLE: 'off' })
  const bare: number[] = []
  const ours: number[] = []

  for (let round = 0; round < rounds; round += 1) {
    bare.push(await bareHashRate())
    const load = { port: server.port, request: loginRequest('correct horse battery'), connections: 8, seconds }
    const { perSecond, statuses } = await runLoad(load)
    if (Object.keys(statuses).join(',') !== '200')
      throw new Error(`Logins were answered with ${JSON.stringify(statuses)}.`)
    ours.push(perSecond)
  }
  await server.stop()

  return [
    row('bare argon2id, hashes per second', median(bare)),
    row('latchkey, logins per second', median(ours)),
    row('logins ÷ bare hashes (median of the rounds)', median(ours.map((our, i) => our / (bare[i] ?? Number.NaN))), {
      atLeast: 0.92,
    }),
  ]
}

async function bareHashRate(): Promise<number> {
  const child = fork(fileURLToPath(new URL('servers/bare-hash.ts', import.meta.url)), [String(seconds)])
  const [perSecond] = (await once(child, 'message')) as [number]
  return perSecond
}
