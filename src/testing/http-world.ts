import { randomBytes } from 'node:crypto'
import { createAuth } from '../auth.ts'
import { days } from '../duration.ts'
import type { User } from '../user/user-store.ts'
import { type HttpClient, createHttpClient } from './http-client.ts'
import { loginAs } from './login-as.ts'
import { createMovableClock } from './movable-clock.ts'

/** What an app under test is set up with: options of `createAuth()`, all of which fit into environment variables. */
export interface HttpContractSettings {
  /** The URL of a database that the contract opens, too. */
  readonly store: string
  /** Where the app says it is reached: over https, as in production, though the contract itself comes over http. */
  readonly origin: string
  /** The contract's own address, so that each of its clients can have one of its own. */
  readonly trustedProxies: readonly string[]
}

/** An app under test. */
export interface HttpContractApp {
  /** Where it is reached, like `http://127.0.0.1:3000`. */
  readonly url: string
  close(): Promise<void>
}

/** Starts an app. */
export type StartHttpContractApp = (settings: HttpContractSettings) => Promise<HttpContractApp>

/** An app, its users, and clients that talk to it. */
export interface HttpWorld {
  /** A user of this story alone, whose password is `password`. */
  createUser(): Promise<User>
  /** A client of a new address, with no cookie yet, that takes what a browser takes. */
  browser(): HttpClient
  /** A client of a new address, with no cookie yet, that sends nothing but what it is told to. */
  program(): HttpClient
  /** The client, logged in as a user of its own. */
  logIn(client: HttpClient): Promise<{ readonly client: HttpClient; readonly user: User }>
  /** The cookie of a session that would have ended a minute ago; a running app can't be moved in time. */
  expiredCookie(user: User): Promise<string>
  close(): Promise<void>
}

/** Gives the world of a contract, once its app has started. */
export type GetHttpWorld = () => HttpWorld

/** Of every user of a world. */
export const password = 'correct horse battery'

const origin = 'https://app.example'

const browserHeaders = {
  accept: 'text/html,application/xhtml+xml,*/*;q=0.8',
  origin,
  'sec-fetch-site': 'same-origin',
}

/** @param store - The URL of a database that no other world uses. */
export async function createHttpWorld(startApp: StartHttpContractApp, store: string): Promise<HttpWorld> {
  const clock = createMovableClock(new Date(Date.now() - days(1) * 1000 - 60_000))
  const auth = createAuth({ store, origin, limits: null })
  const yesterday = createAuth({ store, origin, limits: null, sessionExpiry: days(1), clock })
  await auth.ready()
  const app = await startApp({ store, origin, trustedProxies: ['127.0.0.1', '::1'] })

  const createUser = (): Promise<User> =>
    auth.users.create({ username: `ann-${randomBytes(6).toString('hex')}`, password })

  return {
    createUser,
    browser: () => createHttpClient(app.url, { ...browserHeaders, 'x-forwarded-for': newAddress() }),
    program: () => createHttpClient(app.url, { 'x-forwarded-for': newAddress() }),
    async logIn(client) {
      const user = await createUser()
      const response = await client.postForm('/login/', { username: user.username, password })
      if (response.status !== 303) throw new Error(`The login was answered with ${response.status}.`)
      return { client, user }
    },
    expiredCookie: async (user) => (await loginAs(yesterday, user)).headers.cookie,
    async close() {
      await app.close()
      await Promise.all([auth.close(), yesterday.close()])
    },
  }
}

/** One of 16 million, so that no story counts against another. */
function newAddress(): string {
  return ['10', ...randomBytes(3)].join('.')
}
