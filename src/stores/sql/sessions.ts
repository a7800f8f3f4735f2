import type { Session, SessionStore } from '../../session/session-store.ts'
import type { User } from '../../user/user-store.ts'
import { type Columns, describeColumns } from '../columns/column.ts'
import { readSession } from '../columns/session.ts'
import { readUser } from '../columns/user.ts'
import type { Dialect } from './dialect.ts'
import type { SqlDriver } from './driver.ts'
import { type StatementsOfUser, insertedOfUser, isCurrent, statementsOfUser } from './of-user.ts'
import { rowReader, toValues } from './rows.ts'
import { finish, selectList } from './statements.ts'
import type { Tables } from './tables.ts'

/** Every statement about sessions. */
export interface SessionStatements extends StatementsOfUser {
  readonly selectWithUser: string
  readonly selectAmong: string
  readonly selectFirst: string
  readonly selectAfter: string
  readonly extend: string
}

const toSession = rowReader(readSession)
const toSessionWithUser = rowReader(readWithUser)
const inserted = insertedOfUser(describeColumns(readSession))

/** The user's columns, then what the user and the token's hash don't tell of the session. */
function readWithUser(column: Columns, tokenHash: string): { readonly session: Session; readonly user: User } {
  const user = readUser(column)
  return { session: readSession(column, { tokenHash, userId: user.id, generation: user.sessionGeneration }), user }
}

/** How many token hashes are looked up at once. */
const amongCount = 20

export function sessionStatements(dialect: Dialect, tables: Tables): SessionStatements {
  const { name: user, columns: u } = tables.users
  const { name: session, columns: s } = tables.sessions
  const instant = dialect.toInstant('?')
  const selectSession = `SELECT ${selectList(dialect, tables.sessions, 's')}`
  const joinCurrent = `JOIN ${user} u ON u.${u.id} = s.${s.userId} AND u.${u.sessionGeneration} = s.${s.generation}`
  const current = isCurrent(tables.users, tables.sessions)
  // No join: with one, PostgreSQL would read and sort all of the user's.
  const selectLive = (behind: string): string => `
      ${selectSession} FROM ${session} s
      WHERE s.${s.userId} = ? AND s.${s.generation} = (SELECT u.${u.sessionGeneration} FROM ${user} u WHERE u.${u.id} = ?)
        AND s.${s.expiresAt} > ${instant} AND s.${s.maxExpiresAt} > ${instant} ${behind}
      ORDER BY s.${s.createdAt} DESC, s.${s.id} DESC LIMIT ?`

  return finish(dialect, {
    ...statementsOfUser(dialect, tables, tables.sessions),

    selectWithUser: `
      SELECT ${selectWithUserList(dialect, tables)}
      FROM ${session} s ${joinCurrent} WHERE s.${s.tokenHash} = ?`,

    selectAmong: `
      ${selectSession}
      FROM ${session} s ${joinCurrent} WHERE s.${s.tokenHash} IN (${Array(amongCount).fill('?').join(', ')})`,

    selectFirst: selectLive(''),
    selectAfter: selectLive(`AND s.${s.createdAt} <= ${instant} AND (s.${s.createdAt} < ${instant} OR s.${s.id} < ?)`),

    extend: `
      UPDATE ${session} SET ${s.expiresAt} = CASE WHEN ${s.expiresAt} < ${instant} THEN ${instant} ELSE ${s.expiresAt} END
      WHERE ${s.tokenHash} = ? AND ${s.expiresAt} > ${instant} AND ${s.maxExpiresAt} > ${instant} AND ${current}`,
  })
}

/** The columns of `readWithUser`. */
function selectWithUserList(dialect: Dialect, { users, sessions }: Tables): string {
  const ofUser = describeColumns(readUser).keys()
  const known = { tokenHash: '', userId: '', generation: 0 }
  const unknown = describeColumns((column) => readSession(column, known)).keys()
  return `${selectList(dialect, users, 'u', ofUser)}, ${selectList(dialect, sessions, 's', unknown)}`
}

export function sqlSessions(driver: SqlDriver, sql: SessionStatements): SessionStore {
  async function findAmong(tokenHashes: readonly string[]): Promise<Session[]> {
    const [last = ''] = tokenHashes.slice(-1)
    // A statement for each number of them would be one to prepare for each.
    const values = Array.from({ length: amongCount }, (_, index) => tokenHashes[index] ?? last)
    const rows = await driver.all(sql.selectAmong, values)
    const others = tokenHashes.length > amongCount ? await findAmong(tokenHashes.slice(amongCount)) : []
    return [...rows.map((row) => toSession(row)), ...others]
  }

  return {
    async create(session) {
      return (await driver.write(sql.insert, toValues(session, inserted))) === 1
    },

    findWithUser: (tokenHash) =>
      driver.first(sql.selectWithUser, [tokenHash]).then((row) => row && toSessionWithUser(row, tokenHash)),

    async extend(tokenHash, now, expiresAt) {
      const nowMs = now.getTime()
      const expiresMs = expiresAt.getTime()
      return (await driver.writeNow(sql.extend, [expiresMs, expiresMs, tokenHash, nowMs, nowMs])) === 1
    },

    async delete(tokenHashes) {
      const found = await findAmong(tokenHashes)
      const deleted = await Promise.all(found.map(({ tokenHash }) => driver.write(sql.delete, [tokenHash])))
      // What others are deleting isn't there any more: only that it is on the disk has to be waited for.
      if (found.length < tokenHashes.length) await driver.settled()
      return found.filter((_session, index) => deleted[index] === 1)
    },

    async deleteById(userId, id) {
      return (await driver.write(sql.deleteById, [id, userId])) === 1
    },

    async listByUser(userId, now, after, limit) {
      const live = [userId, userId, now.getTime(), now.getTime()]
      const afterMs = after?.createdAt.getTime() ?? 0
      const rows = await (after === null
        ? driver.all(sql.selectFirst, [...live, limit])
        : driver.all(sql.selectAfter, [...live, afterMs, afterMs, after.id, limit]))
      return rows.map((row) => toSession(row))
    },

    deleteExpired(instant, limit) {
      return driver.write(sql.deleteExpired, [instant.getTime(), limit])
    },
  }
}
