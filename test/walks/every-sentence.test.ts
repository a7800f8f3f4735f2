import { beforeAll, describe, expect, it } from 'vitest'
import {
  InvalidFormError,
  type RateLimitOptions,
  RequestError,
  RequestTooSlowError,
  createAuth,
  englishTexts,
  rateLimit,
  refusalWords,
} from '../../src/index.ts'
import { UnavailableError } from '../../src/errors.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import type { LoginAppOptions } from '../endpoints/login-app.ts'
import { createGuardWorld } from '../guards/guard-app.ts'
import { type Answer, readAnswer } from './answer-rules.ts'
import { type ClientName, clients, endpoints, home } from './endpoints.ts'
import { germanTexts } from './german-texts.ts'
import { allGuards, guardRefusals } from './guards.ts'
import { outcomesOf, send } from './outcomes.ts'
import { namesOf, pluralsOf, sentenceNames, sentencesOf } from './sentences.ts'

/** What the app says itself: by its hook, and by the widget of its CAPTCHA. */
const ofTheApp: readonly string[] = ['Not today.', 'I am a person']

const links = { login: '/login/', logout: '/logout/', register: '/register/', forgot: '/forgot/' }
const clientNames = Object.keys(clients) as ClientName[]

interface Walked {
  readonly what: string
  readonly answer: () => Promise<Response>
}

function inGerman(app: LoginAppOptions = {}): LoginAppOptions {
  return { ...app, auth: { links, ...app.auth, texts: germanTexts } }
}

const atEndpoints: readonly Walked[] = Object.entries(endpoints).flatMap(([name, endpoint]) =>
  outcomesOf(endpoint).flatMap((outcome) =>
    clientNames.map((client) => ({
      what: `${name}, ${outcome.what}, ${client}`,
      answer: async () => (await send([endpoint, { ...outcome, app: inGerman(outcome.app) }, client])).response,
    })),
  ),
)

const loggedIn: readonly Walked[] = [endpoints['latchkey sessionLogin']]
  .filter((endpoint) => endpoint !== undefined)
  .map((endpoint) => ({
    what: 'latchkey sessionLogin, its page for a user, a browser',
    answer: async () => {
      const outcome = { what: '', status: 200, request: {}, app: inGerman() }
      return (await send([{ ...endpoint, withSession: true }, outcome, 'a browser'])).response
    },
  }))

const atGuards: readonly Walked[] = allGuards.flatMap(([name, guard]) =>
  guardRefusals.flatMap(({ what, options, init }) =>
    clientNames.map((client) => ({
      what: `${name}, ${what}, ${client}`,
      async answer() {
        const { auth, store, cookieOf } = await createGuardWorld({ origin: home, texts: germanTexts })
        const cookie = what === 'nobody' ? '' : await cookieOf('ann')
        store.failWith('sessions.findWithUser', what.includes('database') ? new UnavailableError() : null)
        const headers = { ...clients[client], cookie, ...(init?.headers as object) }
        return guard({ auth, ...options })('/private/', { ...init, headers })
      },
    })),
  ),
)

const atLimits: readonly Walked[] = [60, 3_600].flatMap((timespan) =>
  clientNames.map((client) => ({
    what: `latchkey rateLimit, ${timespan} seconds, ${client}`,
    async answer() {
      const auth = createAuth({ store: memoryStore(), origin: home, texts: germanTexts })
      const options: RateLimitOptions = { auth, limit: 1, timespan, key: () => 'all' }
      const limited = rateLimit(() => new Response(), options)
      const request = (): Request => new Request(home, { headers: { ...clients[client] } })
      await limited(request())
      return limited(request())
    },
  })),
)

const walk = [...atEndpoints, ...loggedIn, ...atGuards, ...atLimits]

/** What no request brings about in time, or only an app's own code. */
async function refusalsInCode(): Promise<RequestError[]> {
  const { users } = createAuth({ store: memoryStore() })
  const passwords = ['a'.repeat(1_025), 'aaaaaaaa\ud800', 'a'.repeat(8) + '\u0301'.repeat(31)]
  const refused = await Promise.all([
    ...passwords.map((password) => users.create({ username: 'bob', password }).catch(toError)),
    users.import({ username: '', passwordHash: '!' }).catch(toError),
    users.import({ username: 'bob@example.org', passwordHash: '!' }).catch(toError),
  ])
  // Where the package isn't installed.
  const needsBcrypt = new InvalidFormError([{ field: 'passwordHash', code: 'passwordHashNeedsBcrypt' }])
  return [...refused, needsBcrypt, new RequestTooSlowError()].filter((error) => error instanceof RequestError)
}

/** The sentences of a refusal, each by itself. */
function wordsOf(error: RequestError): string[] {
  const { detail, errors } = refusalWords(error, germanTexts)
  return errors.length > 0 ? errors.map((each) => each.detail) : [detail]
}

const toError = (error: unknown): unknown => error

/** Some at once: those of a flood are held back for a second. */
async function answersTo(walked: readonly Walked[]): Promise<Map<string, Answer>> {
  const answers = new Map<string, Answer>()
  const left = [...walked]
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      answers.set(next.what, await readAnswer(await next.answer()))
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return answers
}

let answers: Map<string, Answer>
let inCode: RequestError[]

beforeAll(async () => {
  answers = await answersTo(walk)
  inCode = await refusalsInCode()
}, 60_000)

describe('with German texts', () => {
  it.each(walk)('$what is answered in German alone', ({ what }) => {
    const answer = answers.get(what)
    const sentences = answer === undefined ? [] : sentencesOf(answer)

    expect(answer).toBeDefined()
    expect(sentences.filter((each) => !ofTheApp.includes(each) && namesOf(germanTexts, each).length !== 1)).toEqual([])
  })

  it('no English sentence is anywhere in an answer', () => {
    const english = sentenceNames(englishTexts)
      .flatMap((name) => pluralsOf(englishTexts, name))
      .flatMap((text) => text.split(/\{\w+\}/))
      .filter((part) => part.includes(' ') && part.length > 5)
    const found = [...answers].flatMap(([what, { body }]) =>
      english.filter((part) => body.includes(part)).map((part) => `${what}: ${part}`),
    )

    expect(found).toEqual([])
  })

  it('an app words in German what its own code is refused, while the message stays English', () => {
    const messages = inCode.map(({ message }) => message)

    expect(inCode.flatMap(wordsOf).filter((each) => namesOf(germanTexts, each).length !== 1)).toEqual([])
    expect(messages).toEqual(inCode.map((error) => refusalWords(error).detail))
  })

  it('each text is said somewhere', () => {
    const ofAnswers = [...answers.values()].flatMap(sentencesOf)
    const said = new Set([...ofAnswers, ...inCode.flatMap(wordsOf)].flatMap((each) => namesOf(germanTexts, each)))

    expect(sentenceNames(englishTexts).filter((name) => !said.has(name))).toEqual([])
  })

  it('each text is another', () => {
    const texts = sentenceNames(germanTexts).flatMap((name) => pluralsOf(germanTexts, name))

    expect(new Set(texts).size).toBe(texts.length)
  })
})
