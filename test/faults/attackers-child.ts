// Logs in without a pause, on many connections at once, from so many addresses, until it is told to stop; tells how it was
// answered.
import { Agent, request } from 'node:http'
import type { Attack, AttackOutcome } from './attackers.ts'

const agent = new Agent({ keepAlive: true, maxSockets: 200 })

process.once('message', (attack: Attack) => void run(attack))

async function run(attack: Attack): Promise<void> {
  const statuses: Record<number, number> = {}
  const over = new AbortController()
  process.once('message', () => over.abort())

  let sent = 0
  async function attackOn(): Promise<void> {
    while (!over.signal.aborted) {
      sent += 1
      const status = await post(attack, sent)
      statuses[status] = (statuses[status] ?? 0) + 1
    }
  }
  await Promise.all(Array.from({ length: attack.connections }, attackOn))
  agent.destroy()
  process.send?.({ statuses } satisfies AttackOutcome)
  process.disconnect()
}

function post({ url, addresses, logins }: Attack, index: number): Promise<number> {
  const { promise, resolve } = Promise.withResolvers<number>()
  const login = logins[index % Math.max(1, logins.length)]
  // Whoever has no account guesses at names; each is another, so that no account's limit ends it.
  const fields = login?.fields ?? { username: `nobody${index}`, password: 'wrong password' }
  const body = new URLSearchParams(fields).toString()
  const address = index % addresses
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': Buffer.byteLength(body),
    'x-forwarded-for': `10.0.${address >> 8}.${address & 255}`,
    ...(login !== undefined && login.cookie !== null && { cookie: login.cookie }),
  }
  request(`${url}/login/`, { agent, method: 'POST', headers }, (response) => {
    response.resume().once('end', () => resolve(response.statusCode ?? 0))
  })
    .once('error', () => resolve(0))
    .end(body)
  return promise
}
