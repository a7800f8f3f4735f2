import type { Handle } from '@sveltejs/kit'
import { createGuard, hostContext } from 'latchkey'
import { auth } from '#lib/server/auth.ts'

const guard = createGuard({ auth })

export const handle: Handle = ({ event, resolve }) => {
  const isPrivate = /^\/(?:private|api)(?:\/|$)/.test(event.url.pathname)
  if (!isPrivate) return resolve(event)
  return guard(event.request, hostContext(event.request, event.getClientAddress()), () => resolve(event))
}
