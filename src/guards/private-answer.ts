import { changeHeaders } from '../http/responses.ts'

/** Keeps an answer that depends on who asks out of shared caches, where it says nothing about caching itself. */
export function markPrivate(response: Response): Response {
  return changeHeaders(response, (headers) => {
    if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
    if (!variesByCookie(headers.get('Vary') ?? '')) headers.append('Vary', 'Cookie')
  })
}

/** Whether a `Vary` header says that the answer depends on the request's cookies. */
export function variesByCookie(vary: string): boolean {
  return /(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)/i.test(vary)
}
