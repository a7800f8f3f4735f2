type Fields = Readonly<Record<string, string>>

/** Talks to an app over HTTP as one client: it keeps its cookies, and follows no redirect by itself. */
export interface HttpClient {
  /** The session cookie as it would be sent; `null` without one. */
  cookie(): string | null
  /** Sends this cookie from now on; `null`: none. */
  useCookie(cookie: string | null): void
  send(method: string, path: string, init?: { body?: BodyInit | null; headers?: Fields }): Promise<Response>
  get(path: string, headers?: Fields): Promise<Response>
  postForm(path: string, fields: Fields, headers?: Fields): Promise<Response>
  postMultipart(path: string, fields: Fields, headers?: Fields): Promise<Response>
  postJson(path: string, body: unknown, headers?: Fields): Promise<Response>
}

/**
 * A client without a cookie.
 *
 * @param headers - Sent with each request, unless it brings its own.
 */
export function createHttpClient(url: string, headers: Fields): HttpClient {
  let cookie: string | null = null

  const send: HttpClient['send'] = async (method, path, init = {}) => {
    const sent = { ...headers, ...(cookie !== null && { cookie }), ...init.headers }
    const response = await fetch(new URL(path, url), { ...init, method, headers: sent, redirect: 'manual' })
    cookie = response.headers.getSetCookie().reduce(applyCookie, cookie)
    return response
  }

  return {
    cookie: () => cookie,
    useCookie: (given) => (cookie = given),
    send,
    get: (path, extra = {}) => send('GET', path, { headers: extra }),
    postForm: (path, fields, extra = {}) => send('POST', path, { body: new URLSearchParams(fields), headers: extra }),
    postMultipart: (path, fields, extra = {}) => send('POST', path, { body: formDataOf(fields), headers: extra }),
    postJson: (path, body, extra = {}) =>
      send('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...extra } }),
  }
}

/** The app under test sets one cookie, so one is kept. */
function applyCookie(kept: string | null, setCookie: string): string | null {
  return /;\s*max-age=0\b/i.test(setCookie) ? null : (setCookie.split(';', 1)[0] ?? kept)
}

function formDataOf(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}
