type Fields = Readonly<Record<string, string>>

/** Talks to an app over HTTP as one client: it keeps its cookies, and follows no redirect by itself. */
export interface HttpClient {
  /** The session cookie as it would be sent; `null` without one. */
  cookie(): string | null
  /** Sends this session cookie from now on; `null`: none. */
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
  const jar = new Map<string, string>()
  const session = (): [string, string] | null => [...jar].find(([name]) => !name.endsWith('-device')) ?? null

  function useCookie(cookie: string | null): void {
    const [name] = session() ?? []
    if (name !== undefined) jar.delete(name)
    if (cookie !== null) keep(jar, cookie)
  }

  const send: HttpClient['send'] = async (method, path, init = {}) => {
    const sent = {
      ...headers,
      ...(jar.size > 0 && { cookie: Array.from(jar, (pair) => pair.join('=')).join('; ') }),
      ...init.headers,
    }
    const response = await fetch(`${url}${path}`, { ...init, method, headers: sent, redirect: 'manual' })
    for (const cookie of response.headers.getSetCookie()) keep(jar, cookie)
    return response
  }

  return {
    cookie: () => session()?.join('=') ?? null,
    useCookie,
    send,
    get: (path, extra = {}) => send('GET', path, { headers: extra }),
    postForm: (path, fields, extra = {}) => send('POST', path, { body: new URLSearchParams(fields), headers: extra }),
    postMultipart: (path, fields, extra = {}) => send('POST', path, { body: formDataOf(fields), headers: extra }),
    postJson: (path, body, extra = {}) =>
      send('POST', path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...extra } }),
  }
}

function keep(jar: Map<string, string>, cookie: string): void {
  const [, name = '', value = ''] = /^([^=]*)=([^;]*)/.exec(cookie) ?? []
  if (/;\s*max-age=0\b/i.test(cookie)) jar.delete(name)
  else jar.set(name, value)
}

function formDataOf(fields: Fields): FormData {
  const form = new FormData()
  for (const [name, value] of Object.entries(fields)) form.append(name, value)
  return form
}
