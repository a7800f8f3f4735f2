import { describe, expect, it } from 'vitest'
import { type Auth, type AuthEvent, type User, createAuth } from '../src/index.ts'
import { memoryStore } from '../src/stores/memory.ts'
import { createGuardWorld } from './guards/guard-app.ts'
import { allGuards } from './walks/guards.ts'
import { startLoginApp } from './endpoints/login-app.ts'

interface World {
  readonly auth: Auth
  readonly ann: User
}

type Act = (world: World, occasion: { by: string; requestId: string }) => Promise<unknown>

const password = 'correct horse battery'
const occasion = { by: 'id-of-admin', requestId: 'r1' }
const bob = { username: 'bob', password }
const imported = { username: 'bob', passwordHash: `pbkdf2_sha256$100000$salt$${'A'.repeat(43)}=` }

/** Every method of `Auth` that changes who may do what, and what its event says. */
const changes: readonly (readonly [method: string, type: string, reason: string | null, act: Act])[] = [
  ['users.create', 'user_created', null, ({ auth }, by) => auth.users.create(bob, by)],
  [
    'users.create',
    'user_created',
    'admin=true,superuser=true',
    ({ auth }, by) => auth.users.create({ ...bob, admin: true, superuser: true }, by),
  ],
  ['users.import', 'user_created', null, ({ auth }, by) => auth.users.import(imported, by)],
  ['users.update', 'user_changed', 'admin=true', ({ auth, ann }, by) => auth.users.update(ann.id, { admin: true }, by)],
  [
    'users.update',
    'user_changed',
    'active=false,superuser=false,lastName',
    ({ auth, ann }, by) => auth.users.update(ann.id, { lastName: 'Ant', active: false, superuser: false }, by),
  ],
  ['users.delete', 'user_deleted', null, ({ auth, ann }, by) => auth.users.delete(ann.id, by)],
  [
    'users.setPassword',
    'password_set',
    null,
    ({ auth, ann }, by) => auth.users.setPassword(ann.id, `new ${password}`, by),
  ],
  [
    'users.changePassword',
    'password_set',
    null,
    ({ auth, ann }, by) => auth.users.changePassword(ann, password, `new ${password}`, by),
  ],
  [
    'sessions.endById',
    'session_ended',
    null,
    async ({ auth, ann }, by) => auth.sessions.endById(ann.id, await sessionOf(auth, ann), by),
  ],
  ['sessions.endAll', 'sessions_ended', null, ({ auth, ann }, by) => auth.sessions.endAll(ann.id, by)],
  [
    'devices.end',
    'device_ended',
    null,
    async ({ auth, ann }, by) => auth.devices.end(ann.id, await deviceOf(auth, ann), by),
  ],
  [
    'devices.endAll',
    'devices_ended',
    null,
    async ({ auth, ann }, by) => {
      await deviceOf(auth, ann)
      await auth.devices.endAll(ann.id, by)
    },
  ],
]

/** The same, of whom or what isn't there. */
const nothing: readonly (readonly [method: string, act: Act])[] = [
  ['users.create', ({ auth }) => auth.users.create({ username: 'ann', password }).catch(() => null)],
  ['users.update', ({ auth }) => auth.users.update('nobody', { admin: true })],
  ['users.update', ({ auth, ann }) => auth.users.update(ann.id, {})],
  ['users.delete', ({ auth }) => auth.users.delete('nobody')],
  ['users.setPassword', ({ auth }) => auth.users.setPassword('nobody', password)],
  ['users.changePassword', ({ auth, ann }) => auth.users.changePassword(ann, 'wrong', `new ${password}`)],
  ['sessions.endById', ({ auth, ann }) => auth.sessions.endById(ann.id, 'none')],
  ['sessions.endAll', ({ auth }) => auth.sessions.endAll('nobody')],
  ['devices.end', ({ auth, ann }) => auth.devices.end(ann.id, 'none')],
  ['devices.endAll', ({ auth, ann }) => auth.devices.endAll(ann.id)],
]

/** Who has no event, and why. */
const others: Readonly<Record<string, string>> = {
  'sessions.start sessions.end': 'whoever lets a user in or out tells it: the endpoints by login and logout',
  'sessions.find': 'a session that is used goes on',
  'devices.remember devices.makeKnown': 'a part of a login',
  'users.recordLogin users.checkLogin users.checkCandidate': 'a part of a login',
  'users.findCandidate users.findFaults users.checkNewPassword users.findById users.findByIdentifier users.list':
    'reads',
  'sessions.list devices.find devices.list': 'reads',
}

async function sessionOf(auth: Auth, user: User): Promise<string> {
  return (await auth.sessions.start(user))?.session.id ?? ''
}

async function deviceOf(auth: Auth, user: User): Promise<string> {
  await auth.devices.remember(new Response(), new Headers(), user)
  return (await auth.devices.list(user.id))[0]?.id ?? ''
}

async function eventsOf(act: Act): Promise<AuthEvent[]> {
  const events: AuthEvent[] = []
  const auth = createAuth({ store: memoryStore(), onEvent: (event) => void events.push(event) })
  const ann = await auth.users.create({ username: 'ann', password })
  events.splice(0)
  await act({ auth, ann }, occasion)
  return events
}

describe('every change of who may do what', () => {
  it('is in this table, with every other method of users, sessions and devices (B9)', () => {
    const auth = createAuth({ store: memoryStore() })
    const methods = (['users', 'sessions', 'devices'] as const).flatMap((part) =>
      Object.entries(auth[part]).flatMap(([name, value]) => (typeof value === 'function' ? [`${part}.${name}`] : [])),
    )
    const known = [...changes.map(([method]) => method), ...Object.keys(others).flatMap((names) => names.split(' '))]

    expect([...new Set(known)].toSorted()).toEqual(methods.toSorted())
    expect([...new Set(nothing.map(([method]) => method))]).toEqual(
      [...new Set(changes.map(([method]) => method))].filter((method) => method !== 'users.import'),
    )
  })

  it.each(changes)('%s is told as %s, %s, once, with who did it (row 92, B9)', async (_method, type, reason, act) => {
    const events = await eventsOf(act)

    expect(events).toEqual([
      expect.objectContaining({ type, reason, userId: expect.any(String), actor: 'id-of-admin', requestId: 'r1' }),
    ])
  })

  it.each(nothing)('%s tells nothing where nothing is changed (B9)', async (_method, act) => {
    expect(await eventsOf(act)).toEqual([])
  })

  it('has no actor where nobody says who it is, but for a user’s own password', async () => {
    const set = await eventsOf(({ auth, ann }) => auth.users.update(ann.id, { admin: true }))
    const changed = await eventsOf(({ auth, ann }) => auth.users.changePassword(ann, password, `new ${password}`))

    expect(set.map(({ actor }) => actor)).toEqual([null])
    expect(changed.map(({ actor, userId }) => actor === userId)).toEqual([true])
  })
})

describe('every guard', () => {
  it.each(allGuards)('%s tells whom it refused, under an id of the request (row 92, B9)', async (_name, guard) => {
    const { auth, events, cookieOf } = await createGuardWorld()
    const fetch = guard({ auth, adminOnly: true })
    await fetch('/', { headers: { cookie: await cookieOf('ann') } })
    await fetch('/', { headers: { cookie: await cookieOf('ann') } })
    const refused = events.filter(({ type }) => type === 'refused')

    expect(refused).toMatchObject([
      { reason: 'ERR_LATCHKEY_FORBIDDEN', userId: 'id-of-ann', actor: 'id-of-ann', requestId: expect.any(String) },
      { reason: 'ERR_LATCHKEY_FORBIDDEN', userId: 'id-of-ann', actor: 'id-of-ann', requestId: expect.any(String) },
    ])
    expect(new Set(refused.map(({ requestId }) => requestId)).size).toBe(2)
  })

  it.each(allGuards)('%s tells an error and its refusal under one id (B9)', async (_name, guard) => {
    const { auth, events, cookieOf } = await createGuardWorld()
    const cookie = await cookieOf('ann')
    const sessions = { ...auth.sessions, find: () => Promise.reject(new TypeError('A bug.')) }
    await guard({ auth: { ...auth, sessions } })('/', { headers: { cookie } })
    const told = events.filter(({ type }) => type === 'error' || type === 'refused')

    expect(told.map(({ type }) => type)).toEqual(['error', 'refused'])
    expect(new Set(told.map(({ requestId }) => requestId)).size).toBe(1)
  })
})

describe('the endpoints', () => {
  it('tell who did it, and all of a request under one id (row 92, B9)', async () => {
    const app = await startLoginApp()
    const cookie = await app.login()
    const next = {
      current_password: password,
      new_password: `new ${password}`,
      confirm_new_password: `new ${password}`,
    }
    await app.postForm('/change-password/', next, { cookie })
    await app.postForm('/register/', { ...bob, email: 'bob@example.org', confirm_password: password })
    const told = app.events.map(({ type, userId, actor }) => [type, userId === app.ann.id, actor === app.ann.id])
    const ids = new Set(app.events.map(({ requestId }) => requestId))

    expect(told).toEqual([
      ['login', true, true],
      ['password_set', true, true],
      ['password_changed', true, true],
      ['user_created', false, false],
      ['registered', false, false],
    ])
    expect(ids.size).toBe(3)
    expect(ids).not.toContain(null)
  })

  it('tell whose request they refuse behind a guard (B9)', async () => {
    const app = await startLoginApp({ changePassword: { readOnly: true } })
    const cookie = await app.login()
    await app.postForm('/change-password/', {}, { cookie })

    expect(app.events.at(-1)).toMatchObject({ type: 'refused', reason: 'ERR_LATCHKEY_READ_ONLY', userId: app.ann.id })
  })
})
