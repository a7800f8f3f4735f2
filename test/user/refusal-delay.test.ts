import { afterAll, describe, expect, it } from 'vitest'
import { memoryStore } from '../../src/stores/memory.ts'
import { foreignCost } from '../../src/password/hash-forms.ts'
import { createHashPool } from '../../src/password/hash-pool.ts'
import { type LoginSteps, createLoginSteps } from '../../src/user/login-check.ts'
import { createRecord } from '../../src/user/new-user.ts'
import { changePassword } from '../../src/user/password-change.ts'
import { type RefusalDelay, createRefusalDelay } from '../../src/user/refusal-delay.ts'
import type { UserStore } from '../../src/user/user-store.ts'

const hashPool = createHashPool()
const password = 'correct horse'

// Python's hashlib.pbkdf2_hmac('sha256', 'correct horse', salt, 1000), as Piccolo writes it.
const cheap =
  'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$ae8c4d7364a46e5e5bfee4461dfc446d0e11b505ad8db8f962bc2c7a351c73b2'
const dear = cheap.replace('$1000$', '$400000$')
const unaffordable = cheap.replace('$1000$', '$9999999$')

afterAll(() => hashPool.close())

interface World {
  readonly users: UserStore
  readonly delay: RefusalDelay
  readonly steps: LoginSteps
  /** How long was waited, in milliseconds, each time. */
  readonly waits: number[]
  add(username: string, stored: string, active?: boolean): Promise<void>
  logIn(username: string, typed: string): Promise<boolean>
}

function openWorld(users: UserStore = memoryStore().users): World {
  const waits: number[] = []
  const openUsers = async (): Promise<UserStore> => users
  const wait = async (milliseconds: number): Promise<void> => void waits.push(milliseconds)
  const delay = createRefusalDelay({ openUsers, hashPool, wait })
  const steps = createLoginSteps({ openUsers, hashPool, refusalDelay: delay, report: () => undefined })
  return {
    users,
    delay,
    steps,
    waits,
    async add(username, stored, active = true) {
      await users.create(createRecord({ username, active }, stored, new Date(0)))
    },
    async logIn(username, typed) {
      return (await steps.checkCandidate(await steps.findCandidate(username), typed)).ok
    },
  }
}

describe('a refused login', () => {
  it('waits for nothing where all hashes are latchkey’s own (B7)', async () => {
    const world = openWorld()
    await world.add('ann', await hashPool.hash(password))

    expect(await world.logIn('ann', 'wrong')).toBe(false)
    expect(await world.logIn('nobody', 'wrong')).toBe(false)
    expect(world.waits).toEqual([])
  })

  it('waits for as long as the dearest hash takes, whoever it is, at the first one too (B7)', async () => {
    const world = openWorld()
    await world.add('ann', await hashPool.hash(password))
    await world.add('bob', cheap)
    await world.add('eve', dear)

    await world.logIn('nobody', 'wrong')
    await world.logIn('ann', 'wrong')
    const [first = 0, second = 0] = world.waits
    expect(first).toBeGreaterThan(10)
    expect(second).toBe(first)
  })

  it('waits for what is left of it after a foreign hash, right or wrong (B7)', async () => {
    const world = openWorld()
    await world.add('bob', cheap)
    await world.add('gone', cheap, false)
    await world.add('eve', dear)
    await world.logIn('nobody', 'wrong')
    const [whole = 0] = world.waits

    await world.logIn('bob', 'wrong')
    await world.logIn('gone', password)
    const [, ofBob = 0, ofGone = 0] = world.waits
    expect(ofBob).toBeGreaterThan(whole / 2)
    expect(ofBob).toBeLessThan(whole)
    expect(ofGone).toBeGreaterThan(whole / 2)
    expect(ofGone).toBeLessThan(whole)
  })

  it('takes as long in all for whoever has the dearest hash as for nobody (B7)', async () => {
    const world = openWorld()
    const took = (foreignMs: number): void => world.delay.learn(dear, { matches: false, upgraded: null, foreignMs })
    took(300)

    await world.delay.holdBack({ matches: false, upgraded: null })
    await world.delay.holdBack({ matches: false, upgraded: null, foreignMs: 300 })
    await world.delay.holdBack({ matches: false, upgraded: null, foreignMs: 120 })
    expect(world.waits).toEqual([300, 180])
  })

  it('goes by what such a hash takes now: a slow one counts for less with each that follows (B7)', async () => {
    const world = openWorld()
    const waitAfter = async (foreignMs: number): Promise<number> => {
      world.delay.learn(dear, { matches: false, upgraded: null, foreignMs })
      await world.delay.holdBack({ matches: false, upgraded: null })
      return world.waits.at(-1) ?? 0
    }

    expect(await waitAfter(1_000)).toBe(1_000)
    expect(await waitAfter(300)).toBe(900)
    expect(await waitAfter(300)).toBe(810)
    expect(await waitAfter(50_000)).toBe(10_000)
  })

  it('learns of a hash that only a login or an import has shown (B7)', async () => {
    const world = openWorld()
    await world.logIn('nobody', 'wrong')
    await world.add('eve', dear)
    world.delay.see(dear)
    await world.logIn('nobody', 'wrong')
    await world.logIn('eve', 'wrong')
    await world.logIn('nobody', 'wrong')

    expect(world.waits.length).toBeGreaterThanOrEqual(2)
    expect(world.waits.at(-1)).toBeGreaterThan(10)
  })

  it('waits for no hash that is never computed (B7)', async () => {
    const world = openWorld()
    await world.add('ann', unaffordable)
    await world.add('bob', '!')
    await world.logIn('nobody', 'wrong')

    expect(world.waits).toEqual([])
  })

  it('is refused all the same while the database lists no users, and looks again at the next (B7)', async () => {
    const users = memoryStore().users
    let fails = true
    const list: UserStore['list'] = async (...page) => {
      if (fails) throw new Error('down')
      return users.list(...page)
    }
    const world = openWorld({ ...users, list })
    await world.add('eve', dear)

    expect(await world.logIn('nobody', 'wrong')).toBe(false)
    fails = false
    expect(await world.logIn('nobody', 'wrong')).toBe(false)
    expect(world.waits).toHaveLength(1)
  })
})

describe('a right password', () => {
  it('waits for nothing (B7)', async () => {
    const world = openWorld()
    await world.add('bob', cheap)
    await world.add('eve', dear)

    expect(await world.logIn('bob', password)).toBe(true)
    expect(world.waits).toEqual([])
  })
})

describe('a wrong current password', () => {
  it('waits as well (B7)', async () => {
    const world = openWorld()
    await world.add('ann', await hashPool.hash(password))
    await world.add('eve', dear)
    const { users, delay, waits } = world
    const { user } = (await users.findByUsername('ann')) ?? {}
    if (user === undefined) throw new Error('There is no ann.')

    const change = await changePassword({ users, hashPool, refusalDelay: delay }, user, 'wrong', 'another horse')
    expect(change).toEqual({ ok: false, reason: 'wrong_password' })
    expect(waits).toHaveLength(1)
  })
})

describe('foreignCost', () => {
  it.each([
    ['PBKDF2', dear, 'pbkdf2_sha256 400000'],
    [
      'argon2 at another cost',
      '$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA',
      'argon2 64 1 1',
    ],
    [
      'Django’s argon2',
      'argon2$argon2id$v=19$m=102400,t=2,p=8$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA',
      'argon2 102400 2 8',
    ],
  ])('names the cost of %s', (_what, stored, name) => {
    expect(foreignCost(stored)?.name).toBe(name)
  })

  it.each([
    [
      'latchkey’s own',
      '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rk2Mi3E4dgRMg0fHaYaptWVZRKqs//6b6k3/nntqGJk',
    ],
    ['more rounds than are computed', unaffordable],
    [
      'more memory than is computed',
      '$argon2id$v=19$m=999999,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA',
    ],
    ['nothing', ''],
    ['no hash', '!'],
  ])('is null for %s', (_what, stored) => {
    expect(foreignCost(stored)).toBeNull()
  })
})
