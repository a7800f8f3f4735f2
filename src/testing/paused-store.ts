import type { SessionStore } from '../session/session-store.ts'
import type { Store } from '../stores/store.ts'
import type { DeviceStore } from '../device/device-store.ts'
import type { UserStore } from '../user/user-store.ts'

/** One method of a store's parts. */
export type StoreVerb = `users.${keyof UserStore}` | `sessions.${keyof SessionStore}` | `devices.${keyof DeviceStore}`

/** One call that is held. */
export interface Pause {
  /** Settles when the call has come, and waits. */
  readonly reached: Promise<void>
  /** Lets it go on, to the store. */
  release(): void
}

/** A store whose calls a test counts, holds and lets fail. */
export interface PausedStore extends Store {
  /** Every call so far, in order. */
  readonly calls: readonly StoreVerb[]
  /** Holds the next call of a verb before it reaches the store. */
  pauseNext(verb: StoreVerb): Pause
  /** Fails every further call of a verb with `error`, before it reaches the store; `null` ends that. */
  failWith(verb: StoreVerb, error: unknown): void
}

export interface PausedStoreOptions {
  /** Awaited before every call: for running calls in an order of the test's own. */
  readonly before?: (verb: StoreVerb) => Promise<void>
}

/**
 * Puts a store behind barriers, so that a race between two requests comes out the same in every run.
 *
 * @example
 * const store = createPausedStore(memoryStore())
 * const pause = store.pauseNext('sessions.extend')
 * const check = auth.sessions.find(token)
 * await pause.reached
 * await auth.sessions.end(token)
 * pause.release()
 */
export function createPausedStore(store: Store, { before }: PausedStoreOptions = {}): PausedStore {
  const calls: StoreVerb[] = []
  const pauses = new Map<StoreVerb, () => Promise<void>>()
  const errors = new Map<StoreVerb, unknown>()

  async function enter(verb: StoreVerb): Promise<void> {
    calls.push(verb)
    const pause = pauses.get(verb)
    pauses.delete(verb)
    await pause?.()
    await before?.(verb)
    if (errors.has(verb)) throw errors.get(verb)
  }

  return {
    ...store,
    users: withBarrier('users', store.users, enter),
    sessions: withBarrier('sessions', store.sessions, enter),
    devices: withBarrier('devices', store.devices, enter),
    calls,

    pauseNext(verb) {
      const reached = Promise.withResolvers<void>()
      const released = Promise.withResolvers<void>()
      pauses.set(verb, () => {
        reached.resolve()
        return released.promise
      })
      return { reached: reached.promise, release: released.resolve }
    },

    failWith(verb, error) {
      if (error === null) errors.delete(verb)
      else errors.set(verb, error)
    },
  }
}

function withBarrier<Part extends object>(
  name: 'users' | 'sessions' | 'devices',
  part: Part,
  enter: (verb: StoreVerb) => Promise<void>,
): Part {
  const methods = Object.entries(part).map(([verb, method]) => [
    verb,
    async (...args: unknown[]) => {
      await enter(`${name}.${verb}` as StoreVerb)
      return Reflect.apply(method, part, args)
    },
  ])
  // Every method is there again, under its own name and with its own arguments.
  return Object.fromEntries(methods) as Part
}
