import fc from 'fast-check'
import { expect, it } from 'vitest'
import { tell } from '../faults/fault-report.ts'
import { type LoginApp, startLoginApp } from '../endpoints/login-app.ts'
import { type Answer, brokenRules, readAnswer } from '../walks/answer-rules.ts'
import { home } from '../walks/endpoints.ts'
import { type Message, anyMessage, sessionMark } from './messages.ts'
import { heapBytes, heapLimitBytes, orSayHow, requests, seed, summaryOf } from './fuzz-run.ts'

// So few that none waits so long for a hash, on a slow machine, that it is answered with 503.
const atOnce = 10
const count = Math.ceil((requests * 0.8) / atOnce) * atOnce

function startApp(): Promise<LoginApp> {
  const auth = { origin: home, trustedProxies: ['203.0.113.7'], onEvent: () => {} }
  return startLoginApp({ auth, register: { userDefaults: { active: true } } })
}

async function ask(app: LoginApp, cookie: string, { method, target, headers, body }: Message): Promise<Answer> {
  const sent = new Headers(headers)
  const given = sent.get('cookie')
  if (given !== null) sent.set('cookie', given.replace(sessionMark, cookie))
  if (body?.type) sent.set('content-type', body.type)
  const hasBody = body !== null && method !== 'GET' && method !== 'HEAD'
  return readAnswer(
    await app.fetch(target, { method, headers: sent, ...(hasBody && { body: Uint8Array.from(body.bytes) }) }),
  )
}

/** What is wrong with an answer. One of the app's own, to a user or an unknown method, is none of the rules' business. */
function faultsOf(message: Message, answer: Answer): string[] {
  const isOfApp = message.target.startsWith('/api/me') && (answer.status < 300 || answer.status === 404)
  const faults = [...(answer.status < 500 ? [] : [`status ${answer.status}`]), ...(isOfApp ? [] : brokenRules(answer))]
  return faults.map((fault) => `${fault}: ${JSON.stringify(message).slice(0, 1_000)}`)
}

it('answers whatever is asked as every answer has to be, never with 5xx, and keeps nothing (rows 32, 50, 51, 52)', async (context) => {
  const app = await startApp()
  const statuses: number[] = []
  let heapAtFirst = 0

  async function askAll(messages: readonly Message[]): Promise<void> {
    if (heapAtFirst === 0 && statuses.length >= count / 10) heapAtFirst = heapBytes()
    const ann = (await app.auth.users.findById(app.ann.id)) ?? app.ann
    const { token = '' } = (await app.auth.sessions.start(ann)) ?? {}
    const cookie = `${app.auth.cookie.name}=${token}`
    const answers = await Promise.all(messages.map((message) => ask(app, cookie, message)))
    await app.auth.sessions.end(token)
    statuses.push(...answers.map(({ status }) => status))
    expect(messages.flatMap((message, at) => faultsOf(message, answers[at] as Answer))).toEqual([])
  }

  const together = fc.array(anyMessage, { minLength: atOnce, maxLength: atOnce })
  // The time limit is there for what hangs alone.
  const settings = { numRuns: count / atOnce, seed, timeout: 120_000, endOnFailure: true }
  await orSayHow(() => fc.assert(fc.asyncProperty(together, askAll), settings))
  const grown = heapBytes() - heapAtFirst

  const heap = `heap ${(grown / 2 ** 20).toFixed(1)} MiB more than after a tenth of them`
  tell(context, `${statuses.length} requests to handlers: ${summaryOf(statuses)}; 0 without an answer; ${heap}`)
  expect(Object.keys(Object.prototype)).toEqual([])
  expect(grown).toBeLessThan(heapLimitBytes)
})
