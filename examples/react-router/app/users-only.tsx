import { createGuard, getUser, hostContext } from 'latchkey'
import { type MiddlewareFunction, Outlet } from 'react-router'
import { userContext } from './user-context'

const guard = createGuard({ loginUrl: '/login/' })

export const middleware: MiddlewareFunction<Response>[] = [
  ({ request, context }, next) =>
    guard(request, hostContext(request, null), () => {
      context.set(userContext, getUser(request))
      return next()
    }),
]

// With a loader of its own, the guard runs at each navigation, too.
export function loader() {
  return null
}

export default Outlet
