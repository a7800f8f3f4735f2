import type { User } from '../user/user-store.ts'

// Not a WeakMap: one that gets an entry for each request keeps the garbage collector busy.
const requestUser: unique symbol = Symbol('latchkey.user')

interface Guarded {
  [requestUser]?: User | null
}

/** Keeps with a request who asks; `null`: nobody in particular. */
export function setRequestUser(request: object & Guarded, user: User | null): void {
  request[requestUser] = user
}

/** Who asks; `undefined` where no guard let this request through. */
export function findRequestUser(request: object & Guarded): User | null | undefined {
  return request[requestUser]
}
