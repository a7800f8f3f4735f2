import type { Session } from '../../session/session-store.ts'
import { type Columns, describeColumns } from '../columns/column.ts'
import { readSession } from '../columns/session.ts'

/** The fields of a session, in their order; the key tells its token's hash. */
const columns = describeColumns((column) => readSession(column, { tokenHash: '' }))

/** Their names, as a script lists them. */
export const fieldNames: string = [...columns.keys()].map((name) => `'${name}'`).join(', ')

/** Names and values, in turn. What is `null` has no field. */
export function toFields(session: Session): string[] {
  return [...columns.keys()].flatMap((name) => {
    const value = session[name]
    return value === null ? [] : [name, String(value instanceof Date ? value.getTime() : value)]
  })
}

/** The values of some fields, as Redis gave them, as a session; `null` where one is missing that each session has. */
export function fromFields(tokenHash: string, values: readonly unknown[]): Session | null {
  const isWhole = [...columns.values()].every(({ nullable }, index) => nullable || values[index] !== null)
  return isWhole ? readSession(valueColumns(values), { tokenHash }) : null
}

function valueColumns(values: readonly unknown[]): Columns {
  let position = 0
  const next = (): unknown => values[position++]
  const orNull =
    <Value>(toValue: (value: unknown) => Value) =>
    (): Value | null => {
      const value = next()
      return value === null ? null : toValue(value)
    }
  const toDate = (value: unknown): Date => new Date(Number(value))
  const column: Columns = {
    key: () => String(next()),
    keyOrNull: orNull(String),
    text: () => String(next()),
    textOrNull: orNull(String),
    flag: () => next() === 'true',
    count: () => Number(next()),
    instant: () => toDate(next()),
    instantOrNull: orNull(toDate),
    since: () => column,
  }
  return column
}
