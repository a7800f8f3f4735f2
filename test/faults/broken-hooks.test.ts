import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type NodeServer, serveNode } from '../../src/adapters/node.ts'
import { type Auth, type FetchHandler, createAuth, protect, sessionLogin } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { check, logIn, password, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import type { Answer } from './ledger.ts'
import { createUsers } from './world.ts'

const visitors = 40

let auth: Auth
let server: NodeServer
let broken: FetchHandler

function throwNow(): never {
  throw new Error('A hook is broken.')
}

async function reject(): Promise<never> {
  throw new Error('A hook is broken.')
}

function neverSettle(): Promise<never> {
  return Promise.withResolvers<never>().promise
}

beforeEach(async () => {
  auth = createAuth({ store: memoryStore(), trustedProxies: ['127.0.0.1'], onEvent() {} })
  await createUsers(auth, 5)
  const login = sessionLogin({ auth })
  const me = protect(() => new Response('me'), { auth })
  server = await serveNode(
    (request, context) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/login/') return login(request, context)
      return pathname === '/api/me' ? me(request, context) : broken(request, context)
    },
    { port: 0, signals: false },
  )
})

afterEach(async () => {
  await server.close()
  await auth.close()
})

/** Of more than ten at one account, some would be held back. */
function visit(url: string, index: number): Promise<Answer> {
  return send(`${url}/broken/`, { fields: { username: `user${index % 5}`, password } })
}

function statusesOf(answers: readonly Answer[]): number[] {
  return [...new Set(answers.map(({ status }) => status))]
}

describe('a login whose own code is broken', () => {
  it.for([
    ['hook before the password throws', { preLogin: [throwNow] }],
    ['hook before the password rejects', { preLogin: [reject] }],
    ['hook before the password never settles', { preLogin: [neverSettle] }],
    ['hook after the password throws', { loginSuccess: [throwNow] }],
    ['hook after the password rejects', { loginSuccess: [reject] }],
    ['hook after the password never settles', { loginSuccess: [neverSettle] }],
  ] as const)('lets nobody in when a %s, and others go on (F20)', async ([what, hooks], context) => {
    broken = sessionLogin({ auth, hooks })
    const visiting = Promise.all(Array.from({ length: visitors }, (_, index) => visit(server.url, index)))
    const login = await logIn(server.url, 'user0')
    const look = await check(server.url, login.cookie ?? '')
    const answers = await visiting

    tell(
      context,
      `F20 a ${what}: ${visitors} logins answered with ${statusesOf(answers).join(', ')}; others ${login.status}`,
    )
    expect(statusesOf(answers)).toEqual([500])
    expect(answers.filter(({ cookie }) => cookie !== null)).toEqual([])
    expect([login.status, look.status]).toEqual([303, 200])
  })

  it.for([
    ['throws', throwNow],
    ['rejects', reject],
  ] as const)('answers 500 when a template %s, and others go on (F20)', async ([what, template], context) => {
    broken = sessionLogin({ auth, template })
    const answers = await Promise.all(Array.from({ length: visitors }, () => send(`${server.url}/broken/`)))
    const login = await logIn(server.url, 'user0')

    tell(
      context,
      `F20 a template that ${what}: ${visitors} pages answered with ${statusesOf(answers).join(', ')}; others ${login.status}`,
    )
    expect(statusesOf(answers)).toEqual([500])
    expect(login.status).toBe(303)
  })
})
