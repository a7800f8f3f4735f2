import type { ServerProcess } from './server-process.ts'
import { password } from './servers/environment.ts'

/** Logs in, and gives the cookies that came with the answer, as a browser sends them. */
export async function logIn({ port, name }: ServerProcess): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/login`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username: 'ann', password }),
  })
  const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';', 1)[0])
  if (response.status !== 200) throw new Error(`${name} answered a login with ${response.status}.`)
  return cookies.join('; ')
}

export function getRequest(path: string, cookie: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${cookie}\r\n\r\n`
}

export function loginRequest(given: string = password): string {
  const body = JSON.stringify({ username: 'ann', password: given })
  const head = `POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json`
  return `${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
}
