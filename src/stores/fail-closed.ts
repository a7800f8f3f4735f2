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

/** Wraps each method once, and not at each call: every session check is one. */
function closePart<Part extends object>(part: Part): Part {
  return Object.fromEntries(
    namesIn(part).map((name) => [name, closeVerb(part, part[name as keyof Part] as Verb)]),
  ) as Part
}

/** A part may be of a class, whose methods are its prototype's. */
function namesIn(part: object | null): string[] {
  if (part === null || part === Object.prototype) return []
  return [...Object.getOwnPropertyNames(part), ...namesIn(Object.getPrototypeOf(part))]
}

type Verb<Values extends unknown[] = unknown[], Result = unknown> = (...values: Values) => Promise<Result>

function closeVerb<Values extends unknown[], Result>(part: object, verb: Verb<Values, Result>): Verb<Values, Result> {
  // Not async: a session check comes by here, and each async function costs it a hundredth of its time.
  return (...values) => {
    try {
      return Promise.resolve(verb.apply(part, values)).catch(throwClosedError)
    } catch (error) {
      throw toClosedError(error)
    }
  }
}

function throwClosedError(error: unknown): never {
  throw toClosedError(error)
}

/** To a client, a database of which nobody knows what is wrong is one that can't serve now. */
export function toClosedError(error: unknown): Error {
  return isAnswer(error) ? error : new StoreFailedError({ cause: error })
}
