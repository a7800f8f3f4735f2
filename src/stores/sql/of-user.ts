import type { Dialect } from './dialect.ts'
import { columnList, valueList } from './statements.ts'
import type { Table, Tables } from './tables.ts'

/** What a user has, and loses when all sessions end. */
export interface OfUser {
  readonly id: string
  readonly tokenHash: string
  readonly userId: string
  /** The row is current while this is its user's `sessionGeneration`. */
  readonly generation: number
  readonly expiresAt: Date
}

/** The statements that are alike for all that users have. */
export interface StatementsOfUser {
  /** Takes values in the order of `insertedOfUser`. Adds nothing where the user is gone, or of another generation. */
  readonly insert: string
  readonly delete: string
  readonly deleteById: string
  /** Deletes some. */
  readonly deleteOfUser: string
  /** Finds a row where the user has more than so many. */
  readonly selectNth: string
  readonly deleteExpired: string
}

export function statementsOfUser<Property extends string>(
  dialect: Dialect,
  { users }: Tables,
  table: Table<Property | keyof OfUser>,
): StatementsOfUser {
  const { name: user, columns: u } = users
  const { name, columns: c } = table
  const inserted = insertedOfUser(table.kinds)
  const given = inserted.slice(0, -2)
  const deleteSome = (which: string): string => dialect.deleteSome({ table: name, key: c.tokenHash, which })

  return {
    insert: `
      INSERT INTO ${name} (${columnList(table, inserted)})
      SELECT ${valueList(dialect, table, given)}, u.${u.id}, u.${u.sessionGeneration}
      FROM ${user} u WHERE u.${u.id} = ? AND u.${u.sessionGeneration} = ?${dialect.untilInserted}`,

    delete: `DELETE FROM ${name} WHERE ${c.tokenHash} = ?`,
    deleteById: `DELETE FROM ${name} WHERE ${c.id} = ? AND ${c.userId} = ? AND ${isCurrent(users, table)}`,
    deleteOfUser: deleteSome(`${c.userId} = ?`),
    selectNth: `SELECT ${c.tokenHash} FROM ${name} WHERE ${c.userId} = ? LIMIT 1 OFFSET ?`,
    deleteExpired: deleteSome(`${c.expiresAt} < ${dialect.toInstant('?')} ORDER BY ${c.expiresAt}`),
  }
}

/** What is inserted: last, what is held against the user. */
export function insertedOfUser<Property extends string>(
  kinds: ReadonlyMap<Property, unknown>,
): (Property | 'userId' | 'generation')[] {
  const given = [...kinds.keys()].filter((property) => property !== 'userId' && property !== 'generation')
  return [...given, 'userId', 'generation']
}

/** Whether a row of a table is current. */
export function isCurrent(
  { name: user, columns: u }: Tables['users'],
  { name, columns: c }: Pick<Table<keyof OfUser>, 'name' | 'columns'>,
): string {
  return `${c.generation} = (SELECT u.${u.sessionGeneration} FROM ${user} u WHERE u.${u.id} = ${name}.${c.userId})`
}
