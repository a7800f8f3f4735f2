import type { Handle } from '@sveltejs/kit'
import { createGuard, hostContext } from 'latchkey'
import { auth } from '#lib/server/auth.ts'

const guard = createGuard({ auth })

export const handle: Handle = ({ event, resolve }) => {
  // By the route and not by the path, which may spell it in another way: /%70rivate/.
  const isPrivate = /^\/(?:private|api)(?:\/|$)/.test(event.route.id ?? '')
  if (!isPrivate) return resolve(event)
  return guard(event.request, hostContext(event.request, event.getClientAddress()), () => resolve(event))
}
