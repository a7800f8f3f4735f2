import type { Columns } from '../columns/column.ts'
import type { Row, SqlValue } from './driver.ts'

// One for all readers, since none reads while another does: so its calls are as cheap as reading by hand.
let row: Row = []
let position = 0

/** Gives the values of the row, one after the other: the statement chose each to be of its type. */
const nextColumn: Columns = {
  key: () => row[position++] as string,
  keyOrNull: () => row[position++] as string | null,
  text: () => row[position++] as string,
  textOrNull: () => row[position++] as string | null,
  flag: () => Boolean(row[position++]),
  count: () => row[position++] as number,
  instant: () => new Date(row[position++] as number),
  instantOrNull() {
    const value = row[position++] as number | null
    return value === null ? null : new Date(value)
  },
  since: () => nextColumn,
}

/**
 * Reads rows of the columns that `read` takes, in their order.
 *
 * @param read - Is given the columns, and whatever is known without them.
 */
export function rowReader<Result, Known extends readonly unknown[]>(
  read: (column: Columns, ...known: Known) => Result,
): (row: Row, ...known: Known) => Result {
  return (next, ...known) => {
    row = next
    position = 0
    return read(nextColumn, ...known)
  }
}

/** Some values of a record, as a statement takes them. */
export function toValues<Property extends string>(
  record: Readonly<Record<Property, string | number | boolean | Date | null>>,
  properties: readonly Property[],
): SqlValue[] {
  return properties.map((property) => toValue(record[property]))
}

export function toValue(value: string | number | boolean | Date | null): SqlValue {
  if (value instanceof Date) return value.getTime()
  return typeof value === 'boolean' ? Number(value) : value
}
