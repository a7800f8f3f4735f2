import { describe, expect, it } from 'vitest'
import { minutes } from '../../src/duration.ts'
import { createMovableClock } from '../../src/testing/movable-clock.ts'
import { type LoginApp, password, startLoginApp } from './login-app.ts'

const right = { username: 'ann', password }
const wrong = { username: 'ann', password: 'wrong password' }
const perBurst = 500

interface World {
  readonly app: LoginApp
  readonly clock: ReturnType<typeof createMovableClock>
  /** So many guesses at once, each from an address that none came from before; how many of them were looked at. */
  guess(times: number): Promise<number>
}

async function createWorld(): Promise<World> {
  const clock = createMovableClock()
  let address = 0
  const app = await startLoginApp({ auth: { limits: {}, clock, trustedProxies: ['203.0.113.7'] } })
  const attempt = (): Promise<Response> => {
    address += 1
    return app.postForm('/login/', wrong, {
      'x-forwarded-for': `10.${address >> 16}.${(address >> 8) & 255}.${address & 255}`,
    })
  }
  return {
    app,
    clock,
    async guess(times) {
      const before = app.auth.wiring.hashPool.stats().hashes
      await Promise.all(Array.from({ length: times }, attempt))
      return app.auth.wiring.hashPool.stats().hashes - before
    },
  }
}

async function logIn(app: LoginApp, cookie = ''): Promise<number> {
  return (await app.postForm('/login/', right, { cookie })).status
}

describe('an account under attack from ten thousand addresses', { timeout: 60_000 }, () => {
  it('lets 10 guesses through at once, then one a minute, two, four …, and five of newcomers each minute; and its known device at the first try (rows 76, 77)', async () => {
    const { app, clock, guess } = await createWorld()
    const cookie = (await app.postForm('/login/', right)).headers
      .getSetCookie()
      .map((each) => each.split(';')[0])
      .find((each) => each?.startsWith('id-device='))
    const looked: number[] = []
    const owner: number[] = []
    for (let burst = 0; burst < 10_000 / perBurst; burst += 1) {
      looked.push(await guess(perBurst))
      owner.push(await logIn(app, cookie))
      clock.move(minutes(1))
    }
    clock.move(minutes(15))

    // After 0, 1, 3, 7 and 15 minutes.
    const ofAccount = [10, 1, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0]
    expect(looked).toEqual(ofAccount.map((count) => count + 5))
    expect(owner).toEqual(Array.from({ length: 20 }, () => 303))
    expect(await logIn(app, cookie)).toBe(303)
  })

  it('lets its owner in from a new browser a quarter of an hour after the last guess: no lock is for good (row 77)', async () => {
    const { app, clock, guess } = await createWorld()
    await guess(perBurst)
    clock.move(minutes(1))
    await guess(perBurst)
    const during = await logIn(app)
    clock.move(minutes(15))

    expect(during).toBe(429)
    expect(await logIn(app)).toBe(303)
  })
})
