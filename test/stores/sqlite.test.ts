import { createHook } from 'node:async_hooks'
import { mkdtempSync, mkdirSync, readFileSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, UnavailableError, createAuth } from '../../src/index.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { at, sessionOf, userRecord } from '../../src/testing/records.ts'

let folder: string
let path: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-sqlite-'))
  path = join(folder, 'latchkey.db')
})

async function openWithSession() {
  const store = sqliteStore({ path })
  await store.open()
  const record = userRecord('ann')
  await store.users.create(record)
  const session = sessionOf(record.user)
  await store.sessions.create(session)
  return { store, ann: record.user, session }
}

/** Another connection that holds the write lock until it is told to let go. */
function holdWriteLock(): { release(): void } {
  const other = new DatabaseSync(path)
  other.exec('BEGIN IMMEDIATE')
  return {
    release() {
      other.exec('ROLLBACK')
      other.close()
    },
  }
}

/** The files that this process has open. Some that were listed are closed by now. */
function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    try {
      return [readlinkSync(`/proc/self/fd/${name}`)]
    } catch {
      return []
    }
  })
}

/** Counts what is asked of the file system without waiting: of a store, that its log gets to the disk. */
function watchFileRequests(): { stop(): { begun: number; done: number } } {
  const running = new Set<number>()
  let begun = 0
  let done = 0
  const hook = createHook({
    init(id, type) {
      if (type !== 'FSREQCALLBACK') return
      begun += 1
      running.add(id)
    },
    before(id) {
      if (running.delete(id)) done += 1
    },
  }).enable()
  return {
    stop() {
      hook.disable()
      return { begun, done }
    },
  }
}

async function countTurns(until: Promise<unknown>): Promise<number> {
  let turns = 0
  let over = false
  void until.catch(() => undefined).finally(() => (over = true))
  const turn = async (): Promise<void> => {
    turns += 1
    await new Promise((resolve) => {
      setImmediate(resolve)
    })
    if (!over) await turn()
  }
  await turn()
  return turns
}

describe('sqliteStore while another connection holds the write lock (F8)', () => {
  it('goes on checking sessions', async () => {
    const { store, session } = await openWithSession()
    const lock = holdWriteLock()

    expect(await store.sessions.findWithUser(session.tokenHash)).not.toBeNull()
    lock.release()
  })

  it('waits with a write until the lock is free, and lets the event loop turn', async () => {
    const { store, ann } = await openWithSession()
    const lock = holdWriteLock()
    const write = store.users.update(ann.id, { admin: true })
    setTimeout(lock.release, 100)

    expect(await countTurns(write)).toBeGreaterThan(10)
    expect(await write).toBe(true)
  })

  it('gives up a write after two seconds, as unavailable', async () => {
    const { store, ann } = await openWithSession()
    const lock = holdWriteLock()

    await expect(store.users.update(ann.id, { admin: true })).rejects.toThrow(UnavailableError)
    lock.release()
    expect(await store.users.update(ann.id, { admin: true })).toBe(true)
  })

  it('never waits to extend a session', async () => {
    const { store, session } = await openWithSession()
    const lock = holdWriteLock()

    await expect(store.sessions.extend(session.tokenHash, at(30), at(90))).rejects.toThrow(UnavailableError)
    lock.release()
  })
})

describe('sqliteStore beside other connections', () => {
  it('writes while another one is reading', async () => {
    const { store, ann } = await openWithSession()
    const other = new DatabaseSync(path)
    other.exec('BEGIN; SELECT * FROM latchkey_user')

    expect(await store.users.update(ann.id, { admin: true })).toBe(true)
    other.close()
  })

  it('waits with its first opening until a lock is free', async () => {
    const lock = holdWriteLock()
    const store = sqliteStore({ path })
    const opening = store.open()
    setTimeout(lock.release, 50)
    await opening

    expect(await store.users.list(null, 1)).toEqual([])
  })

  it('opens at once, where the tables are there, while another one holds the write lock', async () => {
    const { session } = await openWithSession()
    const lock = holdWriteLock()
    const store = sqliteStore({ path })
    await store.open()

    expect(await store.sessions.findWithUser(session.tokenHash)).not.toBeNull()
    lock.release()
  })

  it('has on disk what it acknowledged', async () => {
    const { store, ann } = await openWithSession()
    const flushes = watchFileRequests()

    await store.users.update(ann.id, { admin: true })

    expect(flushes.stop()).toEqual({ begun: 1, done: 1 })
  })

  it('does not wait for the disk to keep the time of a login', async () => {
    const { store, ann } = await openWithSession()
    const flushes = watchFileRequests()

    await store.users.recordLogin(ann.id, at(5))

    expect(flushes.stop()).toEqual({ begun: 0, done: 0 })
  })
})

describe('sqliteStore at opening', () => {
  it('makes a file for its owner alone', async () => {
    await openWithSession()

    expect(statSync(path).mode & 0o777).toBe(0o600)
  })

  it.runIf(process.platform === 'linux')('keeps no file open where opening failed', async () => {
    const newer = new DatabaseSync(path)
    newer.exec('CREATE TABLE latchkey_migration (version INTEGER); INSERT INTO latchkey_migration VALUES (99)')
    newer.close()
    const store = sqliteStore({ path })

    await expect(store.open()).rejects.toThrow(ConfigError)
    await expect(store.open()).rejects.toThrow(ConfigError)
    expect(openFiles().filter((file) => file.startsWith(folder))).toEqual([])
  })

  it('refuses a database of a newer latchkey (F22)', async () => {
    const { store } = await openWithSession()
    await store.close()
    const newer = new DatabaseSync(path)
    newer.exec('INSERT INTO latchkey_migration (version, applied_at) VALUES (99, 0)')
    newer.close()

    await expect(sqliteStore({ path }).open()).rejects.toThrow(/made by a newer latchkey.*Upgrade latchkey/)
  })

  it('keeps what was there', async () => {
    const { store, session } = await openWithSession()
    await store.close()
    const again = sqliteStore({ path })
    await again.open()

    expect(await again.sessions.findWithUser(session.tokenHash)).not.toBeNull()
  })

  it('names its tables as it is told (row 9)', async () => {
    const store = sqliteStore({ path, tablePrefix: 'shop_' })
    await store.open()
    await store.users.create(userRecord('ann'))

    const database = new DatabaseSync(path)
    expect(database.prepare("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").all()).toEqual([
      { name: 'shop_device' },
      { name: 'shop_lease' },
      { name: 'shop_migration' },
      { name: 'shop_session' },
      { name: 'shop_user' },
    ])
    database.close()
  })

  it.each(['', 'x"; DROP', '1st_', 'a-b', 'a.b', `a${'b'.repeat(40)}`])(
    'takes %j for no prefix of table names (row 9)',
    (tablePrefix) => {
      expect(() => sqliteStore({ path, tablePrefix })).toThrow(ConfigError)
    },
  )

  it('lives beside the app’s own tables', async () => {
    const app = new DatabaseSync(path)
    app.exec(
      "CREATE TABLE user (id INTEGER PRIMARY KEY); CREATE TABLE session (id TEXT); INSERT INTO session VALUES ('x')",
    )
    const { store, session } = await openWithSession()

    expect(await store.sessions.findWithUser(session.tokenHash)).not.toBeNull()
    expect(app.prepare('SELECT id FROM session').get()).toEqual({ id: 'x' })
  })

  it.each([
    ['a folder that isn’t there', () => join(folder, 'none', 'latchkey.db'), /does not exist/],
    ['a folder', () => folder, /is a folder/],
  ])('says what is wrong with %s', async (_what, at_, sentence) => {
    const opening = sqliteStore({ path: at_() }).open()

    await expect(opening).rejects.toThrow(ConfigError)
    await expect(opening).rejects.toThrow(sentence)
  })

  it('says that a file is no database, and opens it once it is', async () => {
    writeFileSync(path, 'not a database, but long enough to be looked at as one '.repeat(20))
    const store = sqliteStore({ path })

    await expect(store.open()).rejects.toThrow(/is not an SQLite database/)
    writeFileSync(path, '')
    await store.open()
    expect(await store.users.list(null, 1)).toEqual([])
  })

  it('is unavailable before it is opened and after it is closed', async () => {
    const { store } = await openWithSession()
    await store.close()

    await expect(store.users.findById('x')).rejects.toThrow(UnavailableError)
    await expect(sqliteStore({ path }).users.findById('x')).rejects.toThrow(UnavailableError)
  })
})

describe('an SQLite database', () => {
  it('holds no token and nothing that works as one (rows 2, 3)', async () => {
    mkdirSync(join(folder, 'copy'))
    const auth = createAuth({ store: sqliteStore({ path }) })
    const ann = await auth.users.create({ username: 'ann', password: 'correct horse battery' })
    const token = (await auth.sessions.start(ann))?.token ?? ''

    const bytes = Buffer.concat(
      readdirSync(folder)
        .filter((name) => name.startsWith('latchkey'))
        .map((name) => readFileSync(join(folder, name))),
    )
    const database = new DatabaseSync(path, { readOnly: true })
    const rows = ['latchkey_user', 'latchkey_session'].flatMap((table) =>
      database.prepare(`SELECT * FROM ${table}`).all(),
    )
    const found = await Promise.all(
      rows.flatMap((row) => Object.values(row)).map((value) => auth.sessions.find(String(value))),
    )

    expect(await auth.sessions.find(token)).not.toBeNull()
    expect([token, Buffer.from(token, 'base64url').toString('hex')].filter((secret) => bytes.includes(secret))).toEqual(
      [],
    )
    expect(bytes.includes('correct horse battery')).toBe(false)
    expect(found.filter((live) => live !== null)).toEqual([])
  })
})
