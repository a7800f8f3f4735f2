import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { checkDatabaseUrl, storeFromUrl } from '../../src/stores/store-from-url.ts'

const file = join(mkdtempSync(join(tmpdir(), 'latchkey-urls-')), 'latchkey.db')

describe('storeFromUrl', () => {
  it.each([
    ['a relative path', `sqlite:${relative(process.cwd(), `${file}.1`)}`, `${file}.1`],
    ['an absolute path', `sqlite:${file}.2`, `${file}.2`],
    ['an absolute path behind two slashes', `sqlite://${file}.3`, `${file}.3`],
  ])('keeps records in the file of %s, from opening on', async (_kind, databaseUrl, expected) => {
    const store = await storeFromUrl(databaseUrl)
    const before = existsSync(expected)
    await store.open()
    await store.close()

    expect([before, existsSync(expected)]).toEqual([false, true])
  })

  it.each(['memory:', 'sqlite::memory:'])('keeps records of %s in no file', async (databaseUrl) => {
    const store = await storeFromUrl(databaseUrl)
    await store.open()

    expect(await store.users.list(null, 1)).toEqual([])
    expect(existsSync(':memory:')).toBe(false)
  })
})

describe('checkDatabaseUrl', () => {
  it.each([
    'sqlite:latchkey.db',
    'sqlite:///var/latchkey.db',
    'sqlite::memory:',
    'memory:',
    'postgres://ann:secret@db.example/app',
    'postgresql://db.example/app?sslmode=verify-full',
    'postgres:///app?host=/var/run/postgresql',
    'mysql://ann:secret@db.example:3307/app',
    'mariadb://db.example/app',
  ])('takes %s', (url) => {
    expect(() => checkDatabaseUrl(url)).not.toThrow()
  })

  it.each(['', 'latchkey.db', 'memory', 'postgres:app', 'oracle://ann:secret@db.example/app', 'ann:secret@db.example'])(
    'names the kinds that it knows instead of %j',
    (url) => {
      expect(() => checkDatabaseUrl(url)).toThrow(ConfigError)
      expect(() => checkDatabaseUrl(url)).toThrow(/sqlite:.*memory:.*postgres:.*mysql:/)
    },
  )

  it.each([
    'oracle://ann:secret@db.example/app',
    'mysql://ann:sec/ret@db.example/app',
    'mysql://ann:secret@db.example/',
  ])('never repeats a URL, which may hold a password', (url) => {
    expect(() => checkDatabaseUrl(url)).toThrow(ConfigError)
    expect(() => checkDatabaseUrl(url)).not.toThrow(/sec\/?ret|ann|db\.example/)
  })

  it.each([
    ['a password that would end its host', 'postgres://ann:sec/ret@db.example/app', /%2F/],
    ['a password that would end it', 'postgres://ann:sec#ret@db.example/app', /%23/],
    ['no database of MySQL', 'mysql://db.example', /names no database/],
    ['a setting for TLS that mysql2 doesn’t know', 'mysql://db.example/app?ssl-mode=REQUIRED', /rejectUnauthorized/],
  ])('refuses a URL with %s', (_what, url, sentence) => {
    expect(() => checkDatabaseUrl(url)).toThrow(sentence)
  })

  it.each([
    ['no file', 'sqlite:', /names no file/],
    ['a host', 'sqlite://latchkey.db', /a path alone/],
    ['options', 'sqlite:latchkey.db?mode=ro', /a path alone/],
  ])('refuses an SQLite URL with %s', (_what, url, sentence) => {
    expect(() => checkDatabaseUrl(url)).toThrow(sentence)
  })
})
