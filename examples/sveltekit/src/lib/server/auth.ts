import type { RequestHandler } from '@sveltejs/kit'
import { type Auth, type FetchHandler, createAuth, hostContext } from 'latchkey'

export const auth: Auth = createAuth({ links: { login: '/login/', logout: '/logout/' } })

export function endpoint(handler: FetchHandler): RequestHandler {
  return ({ request, getClientAddress }) => handler(request, hostContext(request, getClientAddress()))
}
