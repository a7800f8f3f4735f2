/** What is sent in the place of a short text. */
export interface WorstTexts {
  readonly field: string
  readonly short: Post
  readonly worst: Readonly<Record<string, Post>>
}

/** A request to an endpoint of `worst-texts.test.ts`. */
export interface Post {
  readonly to: 'login' | 'register' | 'change' | 'template' | 'altcha' | 'turnstile'
  readonly body?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Makes it a GET. */
  readonly query?: string
}

const mostBytes = 16_000
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const multipart = { 'content-type': 'multipart/form-data; boundary=x' }

/** As much of a text as fits, repeated. */
function fill(text: string, units: number, bytes = mostBytes): string {
  const most = Math.min(units / text.length, bytes / Buffer.byteLength(text))
  return text.repeat(Math.floor(most))
}

/** What Unicode's rules make long, slow or both. */
function textsOf(units: number, bytes: number): Record<string, string> {
  return {
    letters: fill('a', units, bytes),
    'combining marks': fill('\u0301\u0316', units, bytes),
    'marks that become two': fill('\u0344\u0316', units, bytes),
    'marks of Tibetan that become two': fill('\u0f73\u0301', units, bytes),
    'voiced sound marks': fill('\uff9e\u0316', units, bytes),
    'thirty marks on each letter': fill(`a${'\u0344\u0316'.repeat(15)}`, units, bytes),
    'letters that become 18': fill('\ufdfa', units, bytes),
    'letters that become one of four': fill('\u03b1\u0313\u0300\u0345', units, bytes),
    'letters that become three in capitals': fill('\u0390', units, bytes),
    'syllables in parts': fill('\u1112\u1161\u11ab', units, bytes),
    emoji: fill('\u{1f511}', units, bytes),
  }
}

function json(to: Post['to'], fields: object): Post {
  return { to, body: JSON.stringify(fields), headers: { 'content-type': 'application/json' } }
}

function asBrowser(post: Post): Post {
  return { ...post, headers: { ...post.headers, accept: 'text/html' } }
}

function inField(field: string, texts: Readonly<Record<string, string>>, post: (text: string) => Post): WorstTexts {
  const worst = Object.fromEntries(Object.entries(texts).map(([what, text]) => [what, post(text)]))
  return { field, short: post('abc'), worst }
}

const passwords = textsOf(4_096, 14_000)
/** Those that are as long as a password can be. */
const longPasswords = textsOf(1_024, 14_000)
const names = textsOf(1_024, 254)

const passwordFields = [passwords, longPasswords].flatMap((texts, index) => {
  const size = index === 0 ? 'of 4096 units' : 'of 1024 units'
  return [
    inField(`password ${size} at login`, texts, (password) => json('login', { username: 'ann', password })),
    inField(`password ${size} at register`, texts, (password) =>
      json('register', { username: 'bo', email: 'a@b.c', password, confirm_password: '' }),
    ),
    inField(`current_password ${size} at change-password`, texts, (text) =>
      json('change', { current_password: text, new_password: 'abc', confirm_new_password: '' }),
    ),
    inField(`new_password ${size} at change-password`, texts, (text) =>
      json('change', { current_password: 'abc', new_password: text, confirm_new_password: '' }),
    ),
  ]
})

const bodies: WorstTexts = {
  field: 'the body',
  short: json('register', {}),
  worst: {
    'deep JSON': { ...json('register', {}), body: `{"a":${'['.repeat(8_000)}${']'.repeat(8_000)}}` },
    'wide JSON': { ...json('register', {}), body: `{"a":[${'[],'.repeat(5_000)}1]}` },
    'JSON of many fields': json('register', Object.fromEntries(Array.from({ length: 1_500 }, (_, i) => [`${i}k`, 1]))),
    'JSON escapes': { ...json('register', {}), body: `{"username":"${'\\u0301'.repeat(2_600)}"}` },
    ampersands: { to: 'register', headers: urlencoded, body: '&'.repeat(mostBytes) },
    'equals signs': { to: 'register', headers: urlencoded, body: '='.repeat(mostBytes) },
    pairs: {
      to: 'register',
      headers: urlencoded,
      body: Array.from({ length: 3_800 }, (_, i) => i.toString(36)).join('&'),
    },
    escapes: { to: 'register', headers: urlencoded, body: `a=${'%cc%81'.repeat(2_600)}` },
    parts: { to: 'register', headers: multipart, body: `${partOf('a').repeat(280)}--x--\r\n` },
    'parameters of a part': {
      to: 'register',
      headers: multipart,
      body: `${partOf('a', ';a="b"'.repeat(2_500))}--x--\r\n`,
    },
    'headers of a part': {
      to: 'register',
      headers: multipart,
      body: `${partOf('a', '\r\na:b'.repeat(2_800))}--x--\r\n`,
    },
    'what almost ends a part': { to: 'register', headers: multipart, body: `${partOf('a')}${'\r\n-'.repeat(5_000)}` },
  },
}

function partOf(name: string, more = ''): string {
  return `--x\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n\r\n`
}

function inHeader(name: string, texts: Readonly<Record<string, string>>): WorstTexts {
  return inField(`header ${name}`, texts, (text) => ({
    to: 'register',
    body: '',
    headers: { ...urlencoded, [name]: text },
  }))
}

const headers = [
  inHeader('content-type', {
    'a long type': 'a'.repeat(mostBytes),
    parameters: `a/b${';a=b'.repeat(63)}!`,
    'a broken quote': `a/b;a="${';a='.repeat(80)}`,
  }),
  inHeader('accept', {
    commas: ','.repeat(mostBytes),
    parameters: `text/html;${'q=0;'.repeat(3_900)}`,
    'refused types': fill('text/html;q=0,', mostBytes),
    zeros: `text/html;q=0.${'0'.repeat(mostBytes)}x`,
    spaces: `text/html${' '.repeat(mostBytes)}x`,
  }),
  inHeader('x-forwarded-for', {
    'trusted hops': `${fill('10.0.0.1,', mostBytes)}10.0.0.1`,
    'trusted hops in IPv6': `${fill('::ffff:10.0.0.1,', mostBytes)}10.0.0.1`,
    colons: ':'.repeat(mostBytes),
    'percent signs': '%a'.repeat(mostBytes / 2),
    quotes: '"'.repeat(mostBytes),
  }),
  inHeader('origin', {
    'a long host': `http://${'a'.repeat(mostBytes)}`,
    labels: `http://${'a.'.repeat(mostBytes / 2)}`,
    Punycode: `http://xn--${'9'.repeat(mostBytes)}`,
    'escaped marks': `http://${'%cc%81'.repeat(2_600)}`,
  }),
  inHeader('cookie', {
    semicolons: ';'.repeat(mostBytes),
    spaces: fill(';       ', mostBytes),
    'many of the name': fill('id=a;', mostBytes),
  }),
]

const queries = inField(
  'the query',
  {
    'many of it': '&'.repeat(mostBytes),
    'many names': 'a&'.repeat(4_000),
    'more names than are read': 'a&'.repeat(mostBytes / 2),
    'many of next': 'next=/&'.repeat(2_200),
    'dot segments': `next=/${'a/../'.repeat(400)}`,
    'escaped marks': `next=/${'%cc%81'.repeat(300)}`,
  },
  (query) => ({ to: 'login', query }),
)

const captchaTokens = [
  inField(
    'ALTCHA’s token',
    {
      'deep JSON': base64('['.repeat(11_000)),
      'many members': base64(challengeOf(Object.fromEntries(Array.from({ length: 900 }, (_, i) => [`${i}k`, i])))),
      'a high cost': base64(challengeOf({ cost: 5_000_000, keyLength: 100_000_000, salt: 'ab' })),
      'no base64': '\ufdfa'.repeat(5_000),
    },
    (altcha) => json('altcha', { username: 'ann', password: 'abc', altcha }),
  ),
  // One that could be a token would be sent to the provider: this one begins as none does.
  inField('Turnstile’s token', { dots: '.a'.repeat(7_000), letters: 'a'.repeat(15_000) }, (token) =>
    json('turnstile', { username: 'ann', password: 'abc', 'cf-turnstile-response': `!${token}` }),
  ),
]

function challengeOf(more: object): string {
  const parameters = { nonce: 'a', expiresAt: 9_999_999_999, algorithm: 'PBKDF2/SHA-256', ...more }
  return JSON.stringify({ challenge: { parameters, signature: 'x' }, solution: { counter: 1, derivedKey: 'a' } })
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

/** Every text that a client sends, at its worst. */
export const worstTexts: readonly WorstTexts[] = [
  ...passwordFields,
  inField('username at login', names, (username) => json('login', { username, password: 'abc' })),
  inField('next at login', textsOf(2_047, 14_000), (text) =>
    json('login', { username: '', password: '', next: `/${text}` }),
  ),
  inField('username and email at register', names, (text) =>
    json('register', { username: text, email: text, password: 'abc', confirm_password: '' }),
  ),
  inField('username and email on the page again', { ...names, signs: fill('<', 254) }, (text) =>
    asBrowser(json('register', { username: text, email: text, password: '', confirm_password: '' })),
  ),
  inField('username and email on a Jinja page again', { ...names, signs: fill('<', 254) }, (text) =>
    asBrowser(json('template', { username: text, email: text, password: '', confirm_password: '' })),
  ),
  inField('a field of the app’s own at register', passwords, (text) => json('register', { text })),
  bodies,
  ...headers,
  queries,
  ...captchaTokens,
]
