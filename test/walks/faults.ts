import type { Captcha } from '../../src/index.ts'
import { fakeCaptcha } from '../../src/testing/index.ts'
import { password } from '../endpoints/login-app.ts'
import { type Endpoint, form } from './endpoints.ts'
import type { Outcome } from './outcomes.ts'

const json = 'application/json'
const urlencoded = 'application/x-www-form-urlencoded'
const multipart = 'multipart/form-data; boundary=b'

const part = (name: string): string => `--b\r\nContent-Disposition: form-data; ${name}\r\n\r\nx\r\n--b--\r\n`

const bodies: readonly (readonly [what: string, type: string, body: BodyInit])[] = [
  ['JSON that is no object', json, '[]'],
  ['JSON that is nested deeply', json, '{"a":{"b":{"c":{"d":{"e":1}}}}}'],
  ['broken UTF-8', json, new Uint8Array([0xff])],
  ['broken percent-encoding', urlencoded, 'a=%'],
  ['too many fields', urlencoded, Array.from({ length: 33 }, (_, index) => `f${index}=1`).join('&')],
  ['a broken multipart form', multipart, 'x'],
  ['a file', multipart, part('name="a"; filename="a.txt"')],
  ['a field that is no text', json, '{"username":7}'],
  ['a field of broken Unicode', json, String.raw`{"username":"\ud800"}`],
  ['a long name', json, JSON.stringify({ username: 'a'.repeat(255) })],
  ['a long password', json, JSON.stringify({ username: 'ann', password: 'a'.repeat(1_025) })],
  ['too many marks', json, JSON.stringify({ username: 'ann', password: 'a'.repeat(8) + '\u0301'.repeat(31) })],
]

/** What is wrong with a body, whichever endpoint reads it. */
const malformed: readonly Outcome[] = [
  ...bodies.map(([what, type, body]) => ({
    what,
    status: 400,
    request: { method: 'POST', body, headers: { 'content-type': type } },
  })),
  { what: 'a body that breaks off', status: 400, request: brokenOff() },
]

/** A name that is taken, and an address. */
const ann = { username: 'ann', email: 'ann@example.org' }
const needsScript: Captcha = { verify: () => true, formHtml: '<div></div>' }

/** What can be wrong with what was typed into each, and a page that says more. */
const faultsOfEach: Readonly<Record<Endpoint['option'], readonly Outcome[]>> = {
  login: [
    ...malformed,
    {
      what: 'no CAPTCHA',
      status: 422,
      request: typed({ ...ann, password }),
      app: { login: { captcha: fakeCaptcha() } },
    },
    { what: 'a widget that needs a script', status: 200, request: {}, app: { login: { captcha: needsScript } } },
  ],
  logout: [],
  register: [
    fault('a name that nobody can have', { username: 'a nn', email: 'ann' }),
    fault('a name and an address that are taken', ann),
    fault('a short password', { password: 'short' }),
    fault('a common password', { password: 'password1' }),
    fault('the name as password', { username: 'annabell', password: 'annabell' }),
    fault('two passwords', { password, confirm_password: 'another' }),
  ],
  changePassword: [
    fault('the same password', { current_password: password, new_password: password, confirm_new_password: password }),
  ],
}

/** What can be wrong with a form, beside what can come of any request. */
export function faultsOf({ option }: Endpoint): readonly Outcome[] {
  return faultsOfEach[option]
}

function fault(what: string, fields: Readonly<Record<string, string>>): Outcome {
  return { what, status: 422, request: typed(fields) }
}

function typed(fields: Readonly<Record<string, string>>): Outcome['request'] {
  return form(fields)
}

function brokenOff(): Outcome['request'] {
  const init = {
    method: 'POST',
    get body() {
      return new ReadableStream({ pull: (controller) => controller.error(new Error('aborted')) })
    },
    headers: { 'content-type': json },
    duplex: 'half',
  }
  return init
}
