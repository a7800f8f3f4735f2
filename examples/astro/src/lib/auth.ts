import type { APIRoute } from 'astro'
import { type Auth, type FetchHandler, createAuth, hostContext } from 'latchkey'

export const auth: Auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })

export function endpoint(handler: FetchHandler): APIRoute {
  return ({ request, clientAddress }) => handler(request, hostContext(request, clientAddress))
}
