import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { altcha } from '../../src/captcha/altcha.ts'
import { turnstile } from '../../src/captcha/turnstile.ts'
import type { FetchHandler } from '../../src/http/fetch-handler.ts'
import { changePassword, createAuth, register, sessionLogin } from '../../src/index.ts'
import { startApp } from './app-process.ts'
import { logIn, password } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { type Looks, boundOf, lookUntil, startBareServer } from './flood.ts'
import { openSqlite } from './storages.ts'
import { createUsers, openAuth } from './world.ts'
import { type Post, worstTexts } from './worst-texts.ts'

/** The clock of a thread's processor time ticks in milliseconds: so many requests are measured at once. */
const requestsAtOnce = 50
const rounds = 3
const host = { incoming: { socket: { remoteAddress: '10.0.0.1' } } }
// Whoever is refused for too many tries is answered at once, and measures nothing.
const auth = createAuth({ store: 'memory:', limits: null, trustedProxies: ['10.0.0.0/8'], onEvent: () => undefined })
const endpoints: Readonly<Record<Post['to'], FetchHandler>> = {
  login: sessionLogin({ auth }),
  register: register({ auth }),
  change: changePassword({ auth }),
  template: register({ auth, templatePath: 'templates/register.html' }),
  altcha: sessionLogin({ auth, captcha: altcha({ hmacKey: 'horse'.repeat(8) }) }),
  turnstile: sessionLogin({ auth, captcha: turnstile({ siteKey: 'site', secret: 'horse' }) }),
}

let cookie: string

beforeAll(async () => {
  const started = await auth.sessions.start(await auth.users.create({ username: 'ann', password }))
  cookie = `id=${started?.token}`
})

afterAll(() => auth.close())

async function send({ to, body, headers = {}, query }: Post): Promise<number> {
  const init = query === undefined ? { method: 'POST', body: body ?? '' } : {}
  const request = new Request(`http://app.example/?${query ?? ''}`, { headers: { cookie, ...headers }, ...init })
  const response = await endpoints[to](request, host)
  await response.arrayBuffer()
  return response.status
}

/** What one such request takes of the event loop's thread, in milliseconds. */
async function costOf(post: Post): Promise<number> {
  const costs: number[] = []
  for (let round = 0; round < rounds; round++) {
    const before = process.threadCpuUsage()
    for (let count = 0; count < requestsAtOnce; count++) await send(post)
    const { user, system } = process.threadCpuUsage(before)
    costs.push((user + system) / 1000 / requestsAtOnce)
  }
  return median(costs)
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

describe('the longest and slowest texts', () => {
  it.for(worstTexts)(
    'take at most a millisecond of the event loop: $field (F35, A4)',
    async ({ field, short, worst }, context) => {
      const shortCost = await costOf(short)
      const costs: { what: string; more: number; status: number }[] = []
      for (const [what, post] of Object.entries(worst)) {
        costs.push({ what, status: await send(post), more: (await costOf(post)) - shortCost })
      }

      const [{ what, more, status } = { what: '', more: Number.NaN, status: 0 }] = costs.toSorted(
        (a, b) => b.more - a.more,
      )
      tell(
        context,
        `F35 ${field}: ${shortCost.toFixed(2)} ms of the event loop for a short text, ${more.toFixed(2)} ms more for the ` +
          `worst of ${costs.length} (${what}, ${status})`,
      )
      expect(costs.filter((cost) => cost.status >= 500)).toEqual([])
      expect(more).toBeLessThanOrEqual(1)
    },
  )

  it('leave the session checks of others alone, 95 passwords of combining marks a second (F35, A4)', async (context) => {
    const storage = await openSqlite()
    const users = openAuth(storage)
    await createUsers(users, 2)
    const app = await startApp(storage.environment)
    onTestFinished(async () => {
      await app.kill()
      await users.close()
      await storage.close()
    })
    const bareServer = await startBareServer()
    onTestFinished(bareServer.kill)
    const [sender, other] = [await logIn(app.url, 'user0'), await logIn(app.url, 'user1')]
    const lookWhilePosting = async (url: string): Promise<Posted> => {
      const ended = new AbortController()
      const posting = postMarks(url, sender.cookie ?? '', ended.signal)
      // What is compiled and loaded first is measured by no attack.
      await pause(1000)
      const looks = await lookUntil(pause(seconds(10) * 1000), url, other.cookie ?? '')
      ended.abort()
      return { looks, statuses: await posting }
    }
    const idle = await lookUntil(pause(seconds(10) * 1000), app.url, other.cookie ?? '')
    const { looks: during, statuses } = await lookWhilePosting(app.url)
    const { looks: bare } = await lookWhilePosting(bareServer.url)

    tell(
      context,
      `F35 ${statuses.length} posts of 4096 combining marks to /login/ and /change-password/: 400 each; of ${during.count} ` +
        `session checks meanwhile ${during.refused} refused, p99 ${during.p99Ms.toFixed(0)} ms, ${idle.p99Ms.toFixed(0)} ms before, ` +
        `a bare server’s ${bare.p99Ms.toFixed(0)} ms`,
    )
    expect(new Set(statuses)).toEqual(new Set([400]))
    expect(statuses.length).toBeGreaterThan(100)
    expect(during.refused).toBe(0)
    expect(during.p99Ms).toBeLessThan(boundOf(idle, bare))
  })
})

interface Posted {
  readonly looks: Looks
  readonly statuses: readonly number[]
}

/** Posts 95 a second, to either page in turn, each from another address; gives how they were answered. */
async function postMarks(url: string, sender: string, signal: AbortSignal): Promise<number[]> {
  const marks = '\u0301\u0316'.repeat(2_048)
  const posts = [
    { path: '/login/', fields: { username: 'user0', password: marks } },
    {
      path: '/change-password/',
      fields: { current_password: marks, new_password: 'abc', confirm_new_password: 'abc' },
    },
  ]
  const answers: Promise<number>[] = []
  while (!signal.aborted) {
    const count = answers.length
    const headers = {
      cookie: sender,
      'content-type': 'application/json',
      'x-forwarded-for': `10.1.${count >> 8}.${count & 255}`,
    }
    const { path, fields } = posts[count % 2] ?? {}
    const answer = fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(fields) })
    answers.push(answer.then(statusOf))
    await pause(1000 / 95)
  }
  return Promise.all(answers)
}

async function statusOf(response: Response): Promise<number> {
  await response.arrayBuffer()
  return response.status
}
