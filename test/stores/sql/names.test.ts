import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError } from '../../../src/index.ts'
import { mysqlStore } from '../../../src/stores/mysql.ts'
import type { NameOptions } from '../../../src/stores/sql/names.ts'
import { postgresStore } from '../../../src/stores/postgres.ts'
import { sqliteStore } from '../../../src/stores/sqlite.ts'
import { sessionOf, userRecord } from '../../../src/testing/records.ts'
import { databaseKinds } from '../../databases.ts'
import { storeFromUrl } from '../../../src/stores/store-from-url.ts'

/** Never asked for anything: names are looked at when a store is made. */
const unused = (): never => {
  throw new Error('Nothing connects.')
}

const stores: Readonly<Record<string, (names: NameOptions) => unknown>> = {
  sqliteStore,
  postgresStore: (names) => postgresStore({ query: unused, connect: unused }, names),
  mysqlStore: (names) => mysqlStore({ getConnection: unused }, names),
}

describe.each(Object.keys(stores))('the names of %s', (kind) => {
  // Of the keys above.
  const make = stores[kind] as (names: NameOptions) => unknown

  it.each(['', 'x"; DROP', 'x`; DROP', '1st', 'a-b', 'a.b', 'Ä', 'a'.repeat(58)])(
    'are no %j, of a table or a column (row 9)',
    (name) => {
      const sentence = /^tables\.users must be a letter or _, then letters, digits or _, at most 5\d characters/
      expect(() => make({ tables: { users: name } })).toThrow(ConfigError)
      expect(() => make({ tables: { users: name } })).toThrow(sentence)
      expect(() => make({ columns: { sessions: { tokenHash: name } } })).toThrow(
        /^columns\.sessions\.tokenHash must be/,
      )
    },
  )

  it.each([
    [{ tables: { user: 'app_user' } }, 'tables has no "user". It has users, sessions, devices, migrations, leases.'],
    [{ columns: { user: {} } }, 'columns has no "user". It has users, sessions, devices.'],
    [{ columns: { devices: { maxExpiresAt: 'x' } } }, /^columns\.devices has no "maxExpiresAt"\. It has id, tokenHash/],
  ] as [object, string | RegExp][])('are none for what isn’t there: %j', (names, sentence) => {
    expect(() => make(names)).toThrow(sentence)
  })

  it.each([
    [{ tables: null }, 'tables must be an object'],
    [{ tables: { users: 5 } }, /^tables\.users must be a letter or _/],
    [{ columns: { users: ['id'] } }, 'columns.users must be an object'],
  ] as unknown as [NameOptions, string | RegExp][])('are none in another form: %j', (names, sentence) => {
    expect(() => make(names)).toThrow(ConfigError)
    expect(() => make(names)).toThrow(sentence)
  })

  it.each([
    [{ tables: { users: 'Login', sessions: 'login' } }, 'tables has the name login twice'],
    [{ tables: { users: 'latchkey_session' } }, 'tables has the name latchkey_session twice'],
    [{ columns: { users: { username: 'email' } } }, 'columns.users has the name email twice'],
  ] as [NameOptions, string][])('are different ones: %j', (names, sentence) => {
    expect(() => make(names)).toThrow(sentence)
  })
})

const existing = {
  SQLite: `CREATE TABLE "Member" (number INTEGER PRIMARY KEY, "loginId" TEXT NOT NULL UNIQUE, login TEXT NOT NULL,
    login_key TEXT NOT NULL UNIQUE, mail TEXT, mail_key TEXT UNIQUE, first_name TEXT, last_name TEXT,
    active INTEGER NOT NULL, admin INTEGER NOT NULL, superuser INTEGER NOT NULL DEFAULT 0, last_login INTEGER,
    joined INTEGER NOT NULL, "order" TEXT NOT NULL, session_generation INTEGER NOT NULL DEFAULT 0)`,
  PostgreSQL: `CREATE TABLE "Member" (number serial PRIMARY KEY, "loginId" text NOT NULL UNIQUE, login text NOT NULL,
    login_key text COLLATE "C" NOT NULL UNIQUE, mail text, mail_key text COLLATE "C" UNIQUE, first_name text,
    last_name text, active boolean NOT NULL, admin boolean NOT NULL, superuser boolean NOT NULL DEFAULT false,
    last_login timestamptz, joined timestamptz NOT NULL, "order" text NOT NULL,
    session_generation integer NOT NULL DEFAULT 0)`,
  MySQL: `CREATE TABLE Member (number integer AUTO_INCREMENT PRIMARY KEY, loginId VARBINARY(512) NOT NULL UNIQUE,
    login TEXT NOT NULL, login_key VARBINARY(512) NOT NULL UNIQUE, mail TEXT, mail_key VARBINARY(512) UNIQUE,
    first_name TEXT, last_name TEXT, active BOOLEAN NOT NULL, admin BOOLEAN NOT NULL,
    superuser BOOLEAN NOT NULL DEFAULT FALSE, last_login DATETIME(3), joined DATETIME(3) NOT NULL,
    \`order\` VARBINARY(512) NOT NULL, session_generation INTEGER NOT NULL DEFAULT 0)`,
}

const names: NameOptions = {
  tables: { users: 'Member' },
  columns: {
    users: {
      id: 'loginId',
      username: 'login',
      usernameKey: 'login_key',
      email: 'mail',
      emailKey: 'mail_key',
      createdAt: 'joined',
      passwordHash: 'order',
    },
  },
}

for (const { name, isMissing, createDatabase } of databaseKinds) {
  describe.skipIf(await isMissing())(`a table of users that was there before, in ${name}`, () => {
    // Of the kinds above.
    const create = existing[name as keyof typeof existing]

    it('is the users’, and sessions refer to it', async () => {
      const database = await createDatabase()
      onTestFinished(() => database.drop())
      await database.run(create)
      const store = await storeFromUrl(database.url, names)
      onTestFinished(() => store.close())
      await store.open()
      const record = userRecord('ann')
      await store.users.create(record)
      await store.sessions.create(sessionOf(record.user))
      const members = await database.run('SELECT number FROM ' + (name === 'MySQL' ? 'Member' : '"Member"'))
      await store.users.delete(record.user.id)

      expect(members).toEqual([{ number: 1 }])
      expect(await database.run('SELECT * FROM latchkey_session')).toEqual([])
    })

    it('may have the name of a column that has another', async () => {
      const database = await createDatabase()
      onTestFinished(() => database.drop())
      const store = await storeFromUrl(database.url, {
        tables: { users: 'admin', sessions: 'generation' },
        columns: { users: { admin: 'is_admin' }, sessions: { generation: 'round' } },
      })
      onTestFinished(() => store.close())
      await store.open()
      const record = userRecord('ann')
      await store.users.create(record)
      const session = sessionOf(record.user)
      await store.sessions.create(session)

      expect(await store.sessions.findWithUser(session.tokenHash)).toEqual({ session, user: record.user })
    })

    it('that lacks a column is a mistake at opening, whose sentence names it', async () => {
      const database = await createDatabase()
      onTestFinished(() => database.drop())
      await database.run(create.replace('joined ', 'began '))
      const store = await storeFromUrl(database.url, names)
      onTestFinished(() => store.close())
      const opening = store.open()

      await expect(opening).rejects.toThrow(ConfigError)
      await expect(opening).rejects.toThrow(
        /^A table isn’t as latchkey needs it \(.*joined.*options tables and columns/,
      )
    })

    it('that may hold an id twice is a mistake at opening', async () => {
      const database = await createDatabase()
      onTestFinished(() => database.drop())
      await database.run(create.replace(/(loginId"? \S+ NOT NULL) UNIQUE/, '$1'))
      const store = await storeFromUrl(database.url, names)
      onTestFinished(() => store.close())
      const opening = store.open()

      await expect(opening).rejects.toThrow(ConfigError)
      await expect(opening).rejects.toThrow(/^A table isn’t as latchkey needs it \(.*options tables and columns/)
    })
  })
}
