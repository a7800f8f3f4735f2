/**
 * What Hono's `mount`, Bun, Deno and every adapter accept.
 *
 * `context` is whatever the host passes second. Only `host-context.ts` looks into it.
 */
export type FetchHandler = (request: Request, context?: unknown) => Promise<Response>

/** A fetch handler that may also answer at once. */
export type AnyFetchHandler = (request: Request, context?: unknown) => Response | Promise<Response>

/** What a guard looks at. Any `Request` is one; an adapter has it without the body, which is the app's to read. */
export type RequestHead = Pick<Request, 'method' | 'url'> & { readonly headers: Pick<Headers, 'get'> }
