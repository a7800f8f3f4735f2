/** What a host may tell of a request beside the `Request` itself. */
interface NodeHostContext {
  readonly incoming?: {
    readonly url?: unknown
    readonly originalUrl?: unknown
    readonly socket?: { readonly remoteAddress?: unknown } | null
  } | null
}

function incomingOf(context: unknown): NodeHostContext['incoming'] {
  if (typeof context !== 'object' || context === null) return undefined
  // What a host passes has no type of ours; every member is checked where it is used.
  return (context as NodeHostContext).incoming
}

/** The address at the other end of the socket; `null` when the host doesn't tell. */
export function socketAddress(context: unknown): string | null {
  const address = incomingOf(context)?.socket?.remoteAddress
  return typeof address === 'string' ? address : null
}

/** Path and query as the client asked for them, before a mount cut them; `null` when the host doesn't tell. */
export function requestedPath(context: unknown): string | null {
  const incoming = incomingOf(context)
  const target = incoming?.originalUrl ?? incoming?.url
  if (typeof target !== 'string') return null

  // Not resolved against a base: `//x/y` would become the path `/y` of a host `x`.
  const url = URL.parse(target.startsWith('/') ? `http://host.invalid${target}` : target)
  return url !== null && /^https?:$/.test(url.protocol) ? url.pathname + url.search : null
}
