/** Keeps an answer that depends on who asks out of shared caches, where it says nothing about caching itself. */
export function markPrivate(response: Response): Response {
  try {
    setPrivate(response.headers)
    return response
  } catch {
    // The headers of `Response.redirect()`, and of an answer that came from `fetch`, can't be changed.
    const copy = new Response(response.body, response)
    setPrivate(copy.headers)
    return copy
  }
}

function setPrivate(headers: Headers): void {
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store')
  if (!/(?:^|,)\s*(?:cookie|\*)\s*(?:,|$)/i.test(headers.get('Vary') ?? '')) headers.append('Vary', 'Cookie')
}
