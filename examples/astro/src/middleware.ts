import { defineMiddleware } from 'astro:middleware'
import { createGuard, hostContext } from 'latchkey'
import { auth } from './lib/auth'

const guard = createGuard({ auth })

export const onRequest = defineMiddleware(({ request, routePattern, clientAddress }, next) => {
  // The route, and not the path: one route can be asked for in many spellings.
  const isPrivate = /^\/(?:private|api)(?:\/|$)/.test(routePattern)
  return isPrivate ? guard(request, hostContext(request, clientAddress), next) : next()
})
