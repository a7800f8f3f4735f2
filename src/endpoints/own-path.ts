import { NotFoundError } from '../errors.ts'
import { isLeftByMount, requestedPath } from '../http/host-context.ts'
import type { Visit } from './visit.ts'

/** Where a mount of the endpoint's own has cut its prefix, anything that is left names something below: there is nothing. */
export function requireOwnPath({ request, context, mounted }: Visit): void {
  const requested = requestedPath(context)
  if (requested === null || !(mounted || isLeftByMount(context))) return
  const seen = URL.parse(request.url)
  const asked = new URL(`http://host.invalid${requested}`)
  const isCut = seen !== null && seen.pathname + seen.search !== asked.pathname + asked.search
  if (isCut && seen.pathname !== '/') throw new NotFoundError()
}
