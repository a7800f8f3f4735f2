import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { functionsOf } from './function-sizes.ts'

const source = join(import.meta.dirname, '../src')

/** Files beside the folders that any file may import, and that import nothing but each other. */
const vocabulary =
  'errors duration clock cleaner texts english-texts text-options say refusal-words events origins time-limit files crypto page-limit forget-oldest unicode'.split(
    ' ',
  )
const domain = ['token', 'session', 'device', 'password', 'user', 'throttle']
const databases = ['stores/sqlite', 'stores/postgres', 'stores/mysql', 'stores/redis', 'stores/counters']

/** Who may import whom, beside its own folder and the vocabulary; `type:` allows types only. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(vocabulary.map((name) => [name, []])),
  pages: [],
  http: [],
  token: [],
  password: [],
  session: ['token', 'type:user'],
  device: ['token', 'type:user'],
  user: ['password', 'type:session'],
  throttle: ['type:device'],
  captcha: ['type:pages'],
  // The contract of a store, which each room keeps.
  'stores/store': ['type:session', 'type:device', 'type:user'],
  'stores/drivers': [],
  'stores/columns': ['type:session', 'type:device', 'type:user'],
  'stores/sql': ['stores/drivers', 'stores/columns', 'type:stores/store', 'type:session', 'type:device', 'type:user'],
  'stores/sqlite': ['stores/drivers', 'stores/sql', 'type:stores/store'],
  'stores/postgres': ['stores/drivers', 'stores/sql', 'type:stores/store'],
  'stores/mysql': ['stores/drivers', 'stores/sql', 'type:stores/store'],
  'stores/redis': ['stores/drivers', 'stores/columns', 'type:session'],
  'stores/counters': ['stores/sql', 'stores/sqlite', 'type:throttle'],
  stores: ['type:stores/sql', 'type:stores/store', 'type:session', 'type:device', 'type:user', ...databases],
  auth: ['auth-defaults', 'auth-options', 'http', 'stores', 'type:stores/store', 'pages', ...domain],
  'auth-options': ['type:auth'],
  'auth-defaults': ['auth-options', 'type:auth'],
  guards: ['http', 'pages', 'auth', ...domain],
  endpoints: ['http', 'pages', 'guards', 'auth', 'captcha', ...domain],
  adapters: ['guards', 'http', 'type:auth', 'type:user'],
  cli: ['auth', 'stores', 'stores/sql', 'user', 'session'],
  index: ['http', 'pages', 'guards', 'auth', 'endpoints', 'type:stores/store', 'type:captcha', ...domain],
  testing: [
    'http',
    'pages',
    'guards',
    'auth',
    'captcha',
    'endpoints',
    'stores',
    'stores/columns',
    'type:stores/store',
    'adapters',
    ...domain,
  ],
}

/** The packages that a folder loads at its import. Any other is loaded late, when it is needed. */
const mayLoad: Readonly<Record<string, readonly string[]>> = {
  password: ['@node-rs/argon2'],
  adapters: ['@hono/node-server'],
  cli: ['commander'],
  testing: ['vitest'],
}

interface Import {
  readonly file: string
  readonly from: string
  readonly target: string
  readonly isType: boolean
}

const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
const imports = files.flatMap((file) => importsOf(file))

function importsOf(file: string): Import[] {
  const statements = readFileSync(join(source, file), 'utf8').matchAll(
    /^(?:import|export)\s(?<names>[^'";]*?from\s)?'(?<target>[^']+)'/gm,
  )
  return Array.from(statements, ({ groups = {} }) => {
    const { names = '', target = '' } = groups
    return { file, from: partOf(file), target, isType: isTypeOnly(names) }
  })
}

function isTypeOnly(names: string): boolean {
  if (names.startsWith('type ')) return true
  const listed = names.match(/^\{(.*)\}/s)?.[1]?.split(',') ?? ['']
  return listed.every((name) => name.trim() === '' || name.trim().startsWith('type ')) && listed.join('').trim() !== ''
}

/** The folder of a file, or the name of a file beside the folders. In `stores`, each database has a folder of its own. */
function partOf(file: string): string {
  const [part = '', room = ''] = file.replace(/\.ts$/, '').split('/')
  const isRoom = part === 'stores' && (file.split('/').length > 2 || room === 'store')
  return isRoom ? `stores/${room}` : part
}

function isAllowed({ file, from, target, isType }: Import): boolean {
  const to = partOf(join(file, '..', target))
  const row = mayImport[from] ?? []
  return to === from || vocabulary.includes(to) || row.includes(to) || (isType && row.includes(`type:${to}`))
}

function describeImport({ file, target, isType }: Import): string {
  return `${file} imports ${isType ? 'types of ' : ''}${target}`
}

function codeLines(file: string): number {
  const code = readFileSync(join(source, file), 'utf8').replaceAll(/^\s*\/\*\*.*?\*\/$/gms, '')
  return code.split('\n').filter((line) => line.trim() !== '' && !line.trim().startsWith('//')).length
}

/** Under fifteen lines without its imports. */
function isOneShortFunction(file: string): boolean {
  const [importing, functions] = [/^import\s[^;]*?'[^']+'$/gm, /^(?:export )?(?:async )?function/gm]
  const text = readFileSync(join(source, file), 'utf8')
  const importLines = (text.match(importing) ?? []).join('\n').split('\n').length
  return text.match(functions)?.length === 1 && codeLines(file) - importLines < 15
}

describe('architecture', () => {
  it('reads the imports', () => {
    expect(files.length).toBeGreaterThan(50)
    expect(imports.length).toBeGreaterThan(100)
  })

  it('has a row for every part of src/', () => {
    expect(Object.keys(mayImport)).toEqual(expect.arrayContaining([...new Set(files.map(partOf))]))
  })

  it('has arrows that go one way', () => {
    const local = imports.filter(({ target }) => target.startsWith('.'))

    expect(local.filter((each) => !isAllowed(each)).map(describeImport)).toEqual([])
  })

  it('loads no package before it is needed', () => {
    const loaded = imports.filter(({ target, isType }) => !isType && !/^(?:\.|node:)/.test(target))

    expect(loaded.filter(({ from, target }) => !mayLoad[from]?.includes(target)).map(describeImport)).toEqual([])
  })

  it('has one door from an endpoint to a session', () => {
    const starting = files.filter((file) => readFileSync(join(source, file), 'utf8').includes('sessions.start('))

    expect(starting.toSorted()).toEqual(['endpoints/complete-login.ts', 'testing/login-as.ts'])
  })

  it('has files of at most 200 lines of code', () => {
    const generated = 'password/blocked-passwords.ts'

    expect(files.filter((file) => codeLines(file) > 200)).toEqual([generated])
  })

  it('has no file of one short function that one other calls, but where its name is what a reader looks for', () => {
    const lookedFor = ['adapters/deno.ts', 'cli/print-schema.ts', 'stores/require-lasting.ts', 'user/key-queue.ts']
    const callersOf = (file: string): number =>
      imports.filter((each) => each.file !== 'index.ts' && join(each.file, '..', each.target) === file).length

    expect(files.filter((file) => isOneShortFunction(file) && callersOf(file) < 2).toSorted()).toEqual(lookedFor)
  })

  it('has functions of at most 40 lines of code, without those of functions inside them', () => {
    const functions = files.flatMap((file) =>
      functionsOf(file, readFileSync(join(source, file), 'utf8')).map((each) => ({ file, ...each })),
    )

    expect(functions.length).toBeGreaterThan(500)
    expect(functions.filter(({ ownLines }) => ownLines > 40)).toEqual([])
  })

  it('has no folder or file for odds and ends', () => {
    expect(files.filter((file) => /\b(?:utils?|helpers?|common|misc)\b/.test(file))).toEqual([])
  })
})
