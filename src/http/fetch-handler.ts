/**
 * What Hono's `mount`, Bun, Deno and every adapter accept.
 *
 * `context` is whatever the host passes second. Only `host-context.ts` looks into it.
 */
export type FetchHandler = (request: Request, context?: unknown) => Promise<Response>
