import type { Dialect } from './dialect.ts'
import type { Table } from './tables.ts'

/** Columns as a row reader takes them, of the table that a statement calls by this name. */
export function selectList<Property extends string>(
  { toMilliseconds }: Dialect,
  { columns, kinds }: Table<Property>,
  alias: string,
  properties: Iterable<Property> = kinds.keys(),
): string {
  const list = Array.from(properties, (property) => {
    const column = `${alias}.${columns[property]}`
    return kinds.get(property)?.type === 'instant' ? toMilliseconds(column) : column
  })
  return list.join(', ')
}

/** The columns of these properties. */
export function columnList<Property extends string>(
  { columns }: Table<Property>,
  properties: readonly Property[],
): string {
  return properties.map((property) => columns[property]).join(', ')
}

/** A value for each of them, as `toValues` gives it. */
export function valueList<Property extends string>(
  { toInstant }: Dialect,
  { kinds }: Table<Property>,
  properties: readonly Property[],
): string {
  return properties.map((property) => (kinds.get(property)?.type === 'instant' ? toInstant('?') : '?')).join(', ')
}

/** Each `?` of these statements, as the database writes it. */
export function finish<Name extends string>(
  { placeholder }: Dialect,
  statements: Readonly<Record<Name, string>>,
): Readonly<Record<Name, string>> {
  const written = Object.entries<string>(statements).map(([name, statement]) => {
    let position = 0
    return [name, statement.trim().replaceAll('?', () => placeholder(++position))]
  })
  // Every statement is there again, under its own name.
  return Object.fromEntries(written) as Readonly<Record<Name, string>>
}
