import type { Dialect } from './dialect.ts'
import { type Names, type TableNames, putColumns } from './names.ts'
import { currentSessionColumns, deviceColumns, recordColumns, sessionColumns, userColumns } from './rows.ts'

/** Every statement about sessions. */
export interface SessionStatements {
  readonly insert: string
  readonly selectWithUser: string
  readonly selectAmong: string
  readonly selectFirst: string
  readonly selectAfter: string
  readonly extend: string
  readonly delete: string
  readonly deleteById: string
  readonly deleteOfUser: string
  /** Finds a row where the user has more than so many. */
  readonly selectNth: string
  readonly deleteExpired: string
}

/** How many token hashes are looked up at once. */
export const amongCount = 20

export function sessionStatements(dialect: Dialect, names: Names): SessionStatements {
  const [user, session] = [names.users.table, names.sessions.table]
  const instant = dialect.toInstant('?')
  // A session is current while its generation is its user's.
  const joinCurrent = `JOIN ${user} u ON u.id = s.user_id AND u.session_generation = s.generation`
  const isCurrent = `generation = (SELECT u.session_generation FROM ${user} u WHERE u.id = ${session}.user_id)`
  // No join: with one, PostgreSQL would read and sort all of the user's.
  const selectLive = (behind: string): string => `
      SELECT ${sessionColumns(dialect)} FROM ${session} s
      WHERE s.user_id = ? AND s.generation = (SELECT u.session_generation FROM ${user} u WHERE u.id = ?)
        AND s.expires_at > ${instant} AND s.max_expires_at > ${instant} ${behind}
      ORDER BY s.created_at DESC, s.id DESC LIMIT ?`

  return finish(dialect, names, names.sessions, {
    insert: `
      INSERT INTO ${session} (id, token_hash, created_at, expires_at, max_expires_at, user_id, generation)
      SELECT ?, ?, ${instant}, ${instant}, ${instant}, u.id, u.session_generation
      FROM ${user} u WHERE u.id = ? AND u.session_generation = ?${dialect.untilInserted}`,

    selectWithUser: `
      SELECT ${currentSessionColumns(dialect)}
      FROM ${session} s ${joinCurrent} WHERE s.token_hash = ?`,

    selectAmong: `
      SELECT ${sessionColumns(dialect)}
      FROM ${session} s ${joinCurrent} WHERE s.token_hash IN (${Array(amongCount).fill('?').join(', ')})`,

    selectFirst: selectLive(''),
    selectAfter: selectLive(`AND s.created_at <= ${instant} AND (s.created_at < ${instant} OR s.id < ?)`),

    extend: `
      UPDATE ${session} SET expires_at = CASE WHEN expires_at < ${instant} THEN ${instant} ELSE expires_at END
      WHERE token_hash = ? AND expires_at > ${instant} AND max_expires_at > ${instant} AND ${isCurrent}`,

    delete: `DELETE FROM ${session} WHERE token_hash = ?`,

    deleteById: `DELETE FROM ${session} WHERE id = ? AND user_id = ? AND ${isCurrent}`,
    deleteOfUser: dialect.deleteSome({ table: session, key: 'token_hash', which: 'user_id = ?' }),
    selectNth: `SELECT token_hash FROM ${session} WHERE user_id = ? LIMIT 1 OFFSET ?`,

    deleteExpired: dialect.deleteSome({
      table: session,
      key: 'token_hash',
      which: `expires_at < ${instant} ORDER BY expires_at`,
    }),
  })
}

/** Every statement about known devices. */
export interface DeviceStatements {
  readonly insert: string
  readonly select: string
  readonly selectByUser: string
  readonly delete: string
  readonly deleteById: string
  readonly deleteByUser: string
  readonly deleteOfUser: string
  /** Finds a row where the user has more than so many. */
  readonly selectNth: string
  readonly deleteOlder: string
  readonly deleteExpired: string
}

export function deviceStatements(dialect: Dialect, names: Names): DeviceStatements {
  const [user, device] = [names.users.table, names.devices.table]
  const instant = dialect.toInstant('?')
  // A device is current while its generation is its user's.
  const selectCurrent = `
      SELECT ${deviceColumns(dialect)}
      FROM ${device} d JOIN ${user} u ON u.id = d.user_id AND u.session_generation = d.generation`
  const isCurrent = `generation = (SELECT u.session_generation FROM ${user} u WHERE u.id = ${device}.user_id)`

  return finish(dialect, names, names.devices, {
    insert: `
      INSERT INTO ${device} (id, token_hash, created_at, expires_at, user_id, generation)
      SELECT ?, ?, ${instant}, ${instant}, u.id, u.session_generation
      FROM ${user} u WHERE u.id = ? AND u.session_generation = ?${dialect.untilInserted}`,

    select: `${selectCurrent} WHERE d.token_hash = ?`,
    selectByUser: `${selectCurrent} WHERE d.user_id = ? AND d.expires_at > ${instant} ORDER BY d.created_at DESC, d.id DESC`,
    delete: `DELETE FROM ${device} WHERE token_hash = ?`,
    deleteById: `DELETE FROM ${device} WHERE id = ? AND user_id = ? AND ${isCurrent}`,
    deleteByUser: `DELETE FROM ${device} WHERE user_id = ?`,
    deleteOfUser: dialect.deleteSome({ table: device, key: 'token_hash', which: 'user_id = ?' }),
    selectNth: `SELECT token_hash FROM ${device} WHERE user_id = ? LIMIT 1 OFFSET ?`,

    deleteOlder: `
      DELETE FROM ${device} WHERE user_id = ? AND created_at < (
        SELECT min(newest.created_at) FROM (
          SELECT created_at FROM ${device} WHERE user_id = ? ORDER BY created_at DESC LIMIT ?
        ) newest
      )`,

    deleteExpired: dialect.deleteSome({
      table: device,
      key: 'token_hash',
      which: `expires_at < ${instant} ORDER BY expires_at`,
    }),
  })
}

/** Every statement about users. */
export interface UserStatements {
  readonly insert: string
  readonly selectUsernameKey: string
  readonly selectEmailKey: string
  readonly selectById: string
  readonly selectByUsername: string
  readonly selectByEmail: string
  readonly selectFirst: string
  readonly selectAfter: string
  readonly update: string
  readonly updatePasswordHash: string
  readonly changePasswordHash: string
  readonly upgradePasswordHash: string
  readonly updateLastLogin: string
  readonly endSessions: string
  readonly shut: string
  readonly delete: string
}

export function userStatements(dialect: Dialect, names: Names): UserStatements {
  const user = names.users.table
  const instant = dialect.toInstant('?')
  const selectRecords = `SELECT ${recordColumns}, ${userColumns(dialect)} FROM ${user} u`
  const updatePasswordHash = `
    UPDATE ${user} SET password_hash = ?, session_generation = session_generation + 1 WHERE id = ?`

  return finish(dialect, names, names.users, {
    insert: `
      INSERT INTO ${user} (
        username_key, email_key, password_hash, id, username, email, first_name, last_name, active, admin, superuser,
        last_login, created_at, session_generation
      ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ${instant}, ${instant}, ?)${dialect.unlessTaken}`,

    selectUsernameKey: `SELECT 1 FROM ${user} WHERE username_key = ?`,
    selectEmailKey: `SELECT 1 FROM ${user} WHERE email_key = ?`,
    selectById: `SELECT ${userColumns(dialect)} FROM ${user} u WHERE u.id = ?`,
    selectByUsername: `${selectRecords} WHERE u.username_key = ?`,
    selectByEmail: `${selectRecords} WHERE u.email_key = ?`,
    selectFirst: `${selectRecords} ORDER BY u.username_key LIMIT ?`,
    selectAfter: `${selectRecords} WHERE u.username_key > ? ORDER BY u.username_key LIMIT ?`,

    update: `
      UPDATE ${user} SET
        first_name = CASE WHEN ? = 1 THEN ? ELSE first_name END,
        last_name = CASE WHEN ? = 1 THEN ? ELSE last_name END,
        active = CASE WHEN ? = 1 THEN ? ELSE active END,
        admin = CASE WHEN ? = 1 THEN ? ELSE admin END,
        superuser = CASE WHEN ? = 1 THEN ? ELSE superuser END,
        session_generation = session_generation + ?
      WHERE id = ?`,

    updatePasswordHash,
    changePasswordHash: `${updatePasswordHash} AND password_hash = ?`,
    upgradePasswordHash: `UPDATE ${user} SET password_hash = ? WHERE id = ? AND password_hash = ?`,
    updateLastLogin: `UPDATE ${user} SET last_login = ${instant} WHERE id = ?`,
    endSessions: `UPDATE ${user} SET session_generation = session_generation + 1 WHERE id = ?`,
    shut: `UPDATE ${user} SET active = ${dialect.no}, session_generation = session_generation + 1 WHERE id = ?`,
    delete: `DELETE FROM ${user} WHERE id = ?`,
  })
}

/** Every statement about who cleans up. */
export interface LeaseStatements {
  readonly claim: string
}

// Nobody takes the right to clean up for so long.
const longestLeaseMs = 300_000

/**
 * By the database's clock, so that processes whose clocks differ agree. What ends too late was taken before that clock was
 * set back, and would keep everyone from cleaning up for as long.
 */
export function leaseStatements(dialect: Dialect, names: Names): LeaseStatements {
  const { table } = names.leases
  const fromNow = (ms: string): string => dialect.toInstant(`(${dialect.toMilliseconds(dialect.now)} + ${ms})`)
  return finish(dialect, names, names.leases, {
    claim: `
      UPDATE ${table} SET holder = ?, expires_at = ${fromNow('?')}
      WHERE name = 'cleaning'
        AND (holder = ? OR expires_at <= ${dialect.now} OR expires_at > ${fromNow(String(longestLeaseMs))})`,
  })
}

/** The statements about a table, in its own names of columns, and each `?` as the database writes it. */
function finish<Name extends string>(
  { placeholder }: Dialect,
  names: Names,
  table: TableNames,
  statements: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const written = Object.entries<string>(statements).map(([name, statement]) => {
    let position = 0
    return [name, putColumns(names, table, statement.trim()).replaceAll('?', () => placeholder(++position))]
  })
  // Every statement is there again, under its own name.
  return Object.fromEntries(written) as Readonly<Record<Name, string>>
}
