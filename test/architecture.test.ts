import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const source = join(import.meta.dirname, '../src')

/** Files beside the folders that any file may import, and that import nothing but each other. */
const vocabulary = 'errors duration clock texts events origins time-limit files crypto page-limit forget-oldest'.split(
  ' ',
)
const domain = ['session', 'user', 'throttle']

/** Who may import whom, beside its own folder and the vocabulary; `type:` allows types only. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(vocabulary.map((name) => [name, []])),
  pages: [],
  http: [],
  session: ['type:user'],
  user: ['type:session'],
  throttle: ['session', 'type:user'],
  captcha: ['type:pages'],
  stores: ['type:session', 'type:user', 'type:throttle'],
  auth: ['auth-options', 'http', 'stores', 'pages', ...domain],
  'auth-options': ['type:auth'],
  guards: ['http', 'pages', 'auth', ...domain],
  endpoints: ['http', 'pages', 'guards', 'auth', 'captcha', ...domain],
  adapters: ['guards', 'http', 'type:auth', 'type:user'],
  cli: ['auth', 'stores', 'user', 'session'],
  index: ['http', 'pages', 'guards', 'auth', 'endpoints', 'type:stores', 'type:captcha', ...domain],
  testing: ['http', 'pages', 'guards', 'auth', 'captcha', 'endpoints', 'stores', 'adapters', ...domain],
}

/** The packages that a folder loads at its import. Any other is loaded late, when it is needed. */
const mayLoad: Readonly<Record<string, readonly string[]>> = {
  user: ['@node-rs/argon2'],
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

/** The folder of a file, or the name of a file beside the folders. */
function partOf(file: string): string {
  return (file.split('/')[0] ?? '').replace(/\.ts$/, '')
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

  it('has files of at most 200 lines of code', () => {
    const generated = 'user/blocked-passwords.ts'

    expect(files.filter((file) => codeLines(file) > 200)).toEqual([generated])
  })

  it('has no folder or file for odds and ends', () => {
    expect(files.filter((file) => /\b(?:utils?|helpers?|common|misc)\b/.test(file))).toEqual([])
  })
})
