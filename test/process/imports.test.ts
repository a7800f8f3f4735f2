import { execFileSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'

const source = pathToFileURL(`${import.meta.dirname}/../../src/`)

/** What takes long to load, and what is loaded late for other reasons, by Node's own names for it. */
const late = [
  'crypto',
  'http',
  'http2',
  'internal/deps/undici/undici',
  'internal/fs/promises',
  'internal/util/parse_args/parse_args',
  'sqlite',
  'worker_threads',
]

/** Which of these a fresh process has loaded after a program, and how many packages. */
function loadedBy(program: string): unknown {
  const code = `
    import { createRequire } from 'node:module'
    ${program}
    const loaded = ${JSON.stringify(late)}.filter((name) => process.moduleLoadList.includes('NativeModule ' + name))
    process.stdout.write(JSON.stringify([loaded, Object.keys(createRequire('${source.href}').cache).length]))`
  const args = ['--input-type=module', '--eval', code]
  // What is preloaded by the run of the tests would count, too.
  const { NODE_OPTIONS: _, ...env } = process.env
  return JSON.parse(execFileSync(process.execPath, args, { encoding: 'utf8', env }))
}

describe('importing latchkey', () => {
  it('loads nothing that only some apps, or only logins, need', () => {
    expect(loadedBy(`await import('${source.href}index.ts')`)).toEqual([[], 0])
  })

  it('loads no more with the adapter for Hono', () => {
    expect(loadedBy(`await import('${source.href}adapters/hono.ts')`)).toEqual([[], 0])
  })

  it('loads no more with the SQLite store', () => {
    expect(loadedBy(`await import('${source.href}stores/sqlite.ts')`)).toEqual([[], 0])
  })

  it('loads cryptography for an auth, SQLite when a store is opened, and threads at a login', () => {
    const program = `
      const { createAuth } = await import('${source.href}index.ts')
      const { sqliteStore } = await import('${source.href}stores/sqlite.ts')
      const auth = createAuth({ store: sqliteStore({ path: ':memory:' }) })
      await auth.ready()
      await auth.sessions.find('none')
      await auth.close()`

    expect(loadedBy(program)).toEqual([['crypto', 'sqlite'], 0])
  })
})
