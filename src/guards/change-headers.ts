/** The response with changed headers; a copy where they can't be changed. */
export function changeHeaders(response: Response, change: (headers: Headers) => void): Response {
  try {
    change(response.headers)
    return response
  } catch {
    // The headers of `Response.redirect()`, and of an answer that came from `fetch`, can't be changed.
    const copy = new Response(response.body, response)
    change(copy.headers)
    return copy
  }
}
