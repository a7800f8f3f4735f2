import { StoreFailedError, isAnswer } from '../errors.ts'
import type { Store } from './store.ts'

/** The same store, which throws a `StoreFailedError` where it threw what no store should. */
export function failClosed(store: Store): Store {
  const { claimCleaning } = store
  return {
    users: closePart(store.users),
    sessions: closePart(store.sessions),
    devices: closePart(store.devices),
    open: () => store.open(),
    close: () => store.close(),
    ...(claimCleaning && { claimCleaning: closeVerb(store, claimCleaning) }),
  }
}

/** Each method when it is asked for: a store's parts may be of a class, whose methods no copy has. */
function closePart<Part extends object>(part: Part): Part {
  // Not `part` itself: if that is frozen, a proxy of it must give what it has.
  const shell: Part = Object.create(part)
  return new Proxy(shell, {
    get(_shell, name) {
      const value: unknown = Reflect.get(part, name)
      return typeof value === 'function' ? closeVerb(part, value as Verb) : value
    },
  })
}

type Verb<Values extends unknown[] = unknown[], Result = unknown> = (...values: Values) => Promise<Result>

function closeVerb<Values extends unknown[], Result>(
  part: object,
  verb: Verb<Values, Result>,
): (...values: Values) => Promise<Result> {
  return async (...values) => {
    try {
      return await verb.apply(part, values)
    } catch (error) {
      throw toClosedError(error)
    }
  }
}

/** To a client, a database of which nobody knows what is wrong is one that can't serve now. */
export function toClosedError(error: unknown): Error {
  return isAnswer(error) ? error : new StoreFailedError({ cause: error })
}
