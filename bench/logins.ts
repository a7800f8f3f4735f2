import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { loginRequest } from './client.ts'
import type { Contender } from './contenders.ts'
import { requireStatus, runLoad } from './load.ts'
import { type Section, atLeast } from './results.ts'
import { rotate } from './rotate.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Run } from './settings.ts'
import { ratios, summarize } from './statistics.ts'

const rounds = 31
const seconds = 0.8
// Until V8 has compiled what it will: of the first thousand, each takes the main thread half as long again.
const warmUpSeconds = 8
const atOnce = 8

/** What each is set to: without a limit on tries, and with the same hash, where its own is another. */
const settings: Readonly<Record<string, string | undefined>> = {
  'limit hono sqlite': undefined,
  'latchkey hono sqlite': 'throttle off',
  'latchkey hono postgres': 'throttle off',
  'better-auth': 'argon2',
  'express-session sqlite': undefined,
  'iron-session': undefined,
}

/** Logins per second, against the rate of the bare hash in the same round. */
export async function measureLogins(run: Run): Promise<Section> {
  const chosen = run.choose(({ name }) => name in settings).map(withSetting)
  const bare: number[] = []
  const started = await Promise.all(
    chosen.map(async (contender) => {
      const server = await startServer(contender, await run.databases.create(contender.store ?? 'sqlite'))
      return { server, rates: [] as number[] }
    }),
  )
  for (const { server } of started) await logInForSeconds(server, run.seconds(warmUpSeconds))
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    run.tell(`  round ${round + 1}`)
    bare.push(await bareHashRate(run.seconds(seconds)))
    for (const { server, rates } of rotate(started, round)) {
      rates.push(await logInForSeconds(server, run.seconds(seconds)))
    }
  }
  await Promise.all(started.map(({ server }) => server.stop()))
  const ours = started.find(({ server }) => server.name === 'latchkey hono sqlite')
  return {
    title: 'Logins',
    about:
      'Eight at a time. `bare argon2id`: nothing but `@node-rs/argon2` at 19 MiB, t = 2, p = 1, which every server here ' +
      'hashes with; better-auth is set to it, as its own scrypt takes about seven times as long. latchkey is without its ' +
      'throttle, which would refuse so many.',
    columns: ['logins/s', 'logins ÷ bare hashes'],
    rows: [
      { name: 'bare argon2id', cells: [summarize(bare), null] },
      ...started.map(({ server, rates }) => ({ name: server.name, cells: [summarize(rates), ratios(rates, bare)] })),
    ],
    targets:
      ours === undefined ? [] : [atLeast('latchkey hono sqlite: logins ÷ bare hashes', 0.95, ratios(ours.rates, bare))],
  }
}

/** Good logins per second. */
async function logInForSeconds(server: ServerProcess, forSeconds: number): Promise<number> {
  const result = await runLoad({
    port: server.port,
    requests: [loginRequest()],
    connections: atOnce,
    seconds: forSeconds,
  })
  requireStatus(server.name, result)
  return result.perSecond
}

function withSetting(contender: Contender): Contender {
  const setting = settings[contender.name]
  return setting === undefined ? contender : { ...contender, setting }
}

async function bareHashRate(forSeconds: number): Promise<number> {
  const file = fileURLToPath(new URL('servers/bare-hash.js', import.meta.url))
  const [perSecond] = (await once(fork(file, [String(forSeconds)]), 'message')) as [number]
  return perSecond
}
