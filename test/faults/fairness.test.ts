import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { type Attack, type AttackLogin, startAttack } from './attackers.ts'
import { logIn, password, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import { type Looks, boundOf, lookUntil, startBareServer } from './flood.ts'
import { type Storage, openSqlite } from './storages.ts'
import { createUsers, openAuth } from './world.ts'

const devicesPerAccount = 20
const connections = 200
const tries = 20
/** In less time, a single pause of the garbage collector, of which there is one in half a minute, would be the p99. */
const looksMs = 30_000

let storage: Storage
let auth: Auth

beforeAll(async () => {
  storage = await openSqlite()
  auth = openAuth(storage)
  await createUsers(auth, 8)
})

afterAll(async () => {
  await auth.close()
  await storage.close()
})

interface Victim {
  readonly username: string
  /** That of a known browser; `null`: a new one, each time. */
  readonly cookie: string | null
  readonly address: string
}

interface Tries {
  readonly succeeded: number
  readonly medianMs: number
  readonly slowestMs: number
}

/** Logs in again and again with the right password; a known browser brings its cookie. */
async function logInOften(url: string, { username, cookie, address }: Victim): Promise<Tries> {
  const answers = []
  for (let each = 0; each < tries; each += 1) {
    answers.push(await send(`${url}/login/`, { address, cookie, fields: { username, password } }))
    await pause(300)
  }
  const tookMs = answers.map((answer) => answer.tookMs).toSorted((a, b) => a - b)
  return {
    succeeded: answers.filter(({ status }) => status === 303).length,
    medianMs: tookMs[tries / 2] ?? Number.NaN,
    slowestMs: tookMs.at(-1) ?? Number.NaN,
  }
}

async function deviceCookie(url: string, username: string): Promise<string> {
  const { headers } = await send(`${url}/login/`, { fields: { username, password } })
  const cookie = headers.getSetCookie().find((each) => each.startsWith('id-device='))
  return cookie?.split(';')[0] ?? ''
}

/** What attackers with so many accounts send: each from a new browser, and from twenty that are known. */
async function loginsOf(url: string, accounts: number): Promise<AttackLogin[]> {
  const logins: AttackLogin[] = []
  for (let account = 0; account < accounts; account += 1) {
    const fields = { username: `user${account + 2}`, password }
    logins.push({ fields, cookie: null })
    for (let device = 0; device < devicesPerAccount; device += 1) {
      logins.push({ fields, cookie: await deviceCookie(url, fields.username) })
    }
  }
  return logins
}

async function untilHashed(app: AppProcess, hashes: number): Promise<void> {
  while ((await app.usage()).hashPool.hashes < hashes) await pause(1000)
}

function p99({ p99Ms }: Looks): string {
  return `${p99Ms.toFixed(0)} ms`
}

/** What a GET meets at a server that does nothing but hash for the same attackers. */
async function lookBeside(attackers: Omit<Attack, 'url'>): Promise<Looks> {
  const { url, kill } = await startBareServer({ hashes: true })
  const attack = await startAttack({ ...attackers, url })
  await pause(1000)
  const looks = await lookUntil(pause(looksMs), url, '')
  await kill()
  await attack.stop()
  return looks
}

function describeTries({ succeeded, medianMs, slowestMs }: Tries): string {
  return `in ${succeeded} of ${tries} (median ${medianMs.toFixed(0)} ms, slowest ${slowestMs.toFixed(0)} ms)`
}

/** What an attack has to come from, and how long it has lasted when the victim comes, in seconds. */
const rows = [1, 100, 10_000].flatMap((addresses) =>
  [0, 1, 6].map((accounts) => ({
    addresses,
    accounts,
    // Of ten thousand addresses that all come for the first time, the victim's is one more: until each has had a hash.
    lasted: addresses === 10_000 && accounts === 0 ? 150 : 4,
  })),
)

it.for(rows)(
  'attackers of $addresses addresses with $accounts accounts leave others their logins (F34, A3)',
  async ({ addresses, accounts, lasted }, context) => {
    const app = await startApp(storage.environment)
    onTestFinished(app.kill)
    const cookie = await deviceCookie(app.url, 'user0')
    const logins = await loginsOf(app.url, accounts)
    const session = (await logIn(app.url, 'user0')).cookie ?? ''
    const quiet = await lookUntil(pause(2000), app.url, session)
    const attack = await startAttack({ url: app.url, addresses, logins, connections })
    const startedAt = performance.now()
    await pause(lasted * 1000)
    // However fast this machine hashes: until then, the victim's address is one of those that come for the first time.
    if (lasted > 4) await untilHashed(app, 2 * addresses)
    const lastedSeconds = ((performance.now() - startedAt) / 1000).toFixed(0)
    const before = (await app.usage()).hashPool.hashes
    const trying = Promise.all([
      logInOften(app.url, { username: 'user0', cookie, address: '192.0.2.1' }),
      logInOften(app.url, { username: 'user1', cookie: null, address: '192.0.2.2' }),
    ])
    const during = await lookUntil(Promise.all([trying, pause(looksMs)]), app.url, session)
    const [known, fresh] = await trying
    const { hashPool, loopDelayMs } = await app.usage()
    const hashes = hashPool.hashes - before
    const { statuses } = await attack.stop()
    const bare = await lookBeside({ addresses, logins, connections })

    const share = 100 * (1 - (known.succeeded + fresh.succeeded) / hashes)
    const answers = Object.entries(statuses).map(([status, count]) => `${count} x ${status}`)
    tell(
      context,
      `F34 attackers of ${addresses} addresses with ${accounts} accounts, after ${lastedSeconds} s, take ${share.toFixed(0)} % of the hashes: a new ` +
        `browser ${describeTries(fresh)}, a known one ${describeTries(known)}; the attackers ${answers.join(', ')}; p99 of a ` +
        `session check ${p99(during)}, ${p99(quiet)} before, ${p99(bare)} beside a bare server that hashes for them; its event ` +
        `loop ${loopDelayMs.max.toFixed(0)} ms late at most`,
    )
    expect(during.refused).toBe(0)
    expect(during.p99Ms).toBeLessThan(boundOf(quiet, bare))
    expect(known.succeeded).toBeGreaterThanOrEqual(tries * 0.95)
    expect(fresh.succeeded).toBeGreaterThanOrEqual(tries * 0.95)
  },
)
