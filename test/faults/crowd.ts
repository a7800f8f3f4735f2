import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer, Ledger } from './ledger.ts'

/** Of every user. */
export const password = 'correct horse battery'

interface Message {
  readonly cookie?: string | null
  /** Makes it a POST. */
  readonly fields?: Readonly<Record<string, string>>
  /** Where it says it comes from (default: an address of its own). */
  readonly address?: string
}

/** Sends a request, and reads the whole answer. */
export async function send(url: string, { cookie, fields, address = newAddress() }: Message = {}): Promise<Answer> {
  const startedAt = performance.now()
  const answerOf = (status: number, headers: Headers): Answer => ({
    status,
    headers,
    cookie: cookieOf(headers),
    tookMs: performance.now() - startedAt,
  })
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { 'x-forwarded-for': address, ...(cookie && { cookie }) },
      ...(fields && { method: 'POST', body: new URLSearchParams(fields) }),
      signal: AbortSignal.timeout(30_000),
    })
    await response.arrayBuffer()
    return answerOf(response.status, response.headers)
  } catch {
    return answerOf(0, new Headers())
  }
}

function cookieOf(headers: Headers): string | null {
  const session = headers.getSetCookie().find((each) => each.startsWith('id=') && !/max-age=0\b/i.test(each))
  return session?.split(';')[0] ?? null
}

/** One of 16 million, so that no client counts against another. */
function newAddress(): string {
  return ['10', ...randomBytes(3)].join('.')
}

export function logIn(url: string, username: string, cookie: string | null = null): Promise<Answer> {
  return send(`${url}/login/`, { cookie, fields: { username, password } })
}

export function logOut(url: string, cookie: string): Promise<Answer> {
  return send(`${url}/logout/`, { cookie, fields: {} })
}

export function check(url: string, cookie: string): Promise<Answer> {
  return send(`${url}/api/me`, { cookie })
}

/** Clients that log in, look, and log out, again and again. */
export interface Crowd {
  /** Ends when every client has its last answer. */
  disperse(): Promise<void>
}

export interface CrowdOptions {
  readonly urls: readonly string[]
  readonly usernames: readonly string[]
  readonly ledger: Ledger
  readonly clients: number
}

export function startCrowd({ urls, usernames, ledger, clients }: CrowdOptions): Crowd {
  const over = new AbortController()

  async function live(client: number): Promise<void> {
    const username = usernames[client % usernames.length] ?? ''
    const anyUrl = (): string => urls[Math.floor(Math.random() * urls.length)] ?? ''
    while (!over.signal.aborted) {
      const isReached = await visit(anyUrl, username, ledger)
      // So that those who are refused don't only ask.
      if (!isReached) await pause(20 + Math.random() * 80)
    }
  }

  const lives = Array.from({ length: clients }, (_, client) => live(client))
  return {
    async disperse() {
      over.abort()
      await Promise.all(lives)
    },
  }
}

/** A login and what follows, each at any of the servers; `false` when the login was not acknowledged. */
async function visit(anyUrl: () => string, username: string, ledger: Ledger): Promise<boolean> {
  const login = await logIn(anyUrl(), username)
  ledger.note('login', login)
  const { cookie } = login
  if (login.status !== 303 || cookie === null) return false
  ledger.loggedIn(cookie)

  await look(anyUrl(), cookie, ledger)
  ledger.note('public page', await send(`${anyUrl()}/`))
  // Some stay logged in.
  if (Math.random() < 0.3) return true

  ledger.loggingOut(cookie)
  const logout = await logOut(anyUrl(), cookie)
  ledger.note('logout', logout)
  if (logout.status === 303) {
    ledger.loggedOut(cookie)
    await look(anyUrl(), cookie, ledger, [401])
  }
  return true
}

async function look(url: string, cookie: string, ledger: Ledger, alsoRight: readonly number[] = []): Promise<void> {
  const answer = await check(url, cookie)
  ledger.compare(cookie, answer.status)
  if (!alsoRight.includes(answer.status)) ledger.note('session check', answer)
}

/** Holds every cookie that was given out against a server. */
export async function audit(url: string, ledger: Ledger): Promise<void> {
  const left = [...ledger.cookies()]
  async function auditNext(): Promise<void> {
    for (let cookie = left.pop(); cookie !== undefined; cookie = left.pop()) {
      const { status } = await check(url, cookie)
      if (status !== 200 && status !== 401) throw new Error(`The audit was answered with ${status}.`)
      ledger.compare(cookie, status)
    }
  }
  await Promise.all(Array.from({ length: 16 }, auditNext))
}
