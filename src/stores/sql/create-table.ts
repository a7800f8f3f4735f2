import type { Dialect } from './dialect.ts'
import { columnList } from './statements.ts'
import type { Table } from './tables.ts'

interface TableOptions<Property extends string> {
  /** The primary key, and what else stands before the others. */
  readonly first: readonly [Property, ...Property[]]
  readonly unique?: readonly Property[]
  readonly constraints?: readonly string[]
}

/** Without the columns that came later: migrations add them. */
export function createTable<Property extends string>(
  dialect: Dialect,
  table: Table<Property>,
  { first, unique = [], constraints = [] }: TableOptions<Property>,
): string {
  const properties = new Set([...first, ...table.kinds.keys()])
  const columns = [...properties]
    .filter((property) => table.kinds.get(property)?.since === 0)
    .map((property) => {
      const key = property === first[0] ? ' PRIMARY KEY' : unique.includes(property) ? ' UNIQUE' : ''
      return defineColumn(dialect, table, property) + key
    })
  const lines = [...columns, ...constraints].join(',\n  ')
  return `CREATE TABLE ${table.mayExist ? 'IF NOT EXISTS ' : ''}${table.name} (\n  ${lines}\n)${dialect.tableOptions}`
}

/** Adds the columns that came with a version. */
export function addColumns<Property extends string>(
  dialect: Dialect,
  table: Table<Property>,
  version: number,
): string[] {
  return [...table.kinds.keys()]
    .filter((property) => table.kinds.get(property)?.since === version)
    .map((property) => `ALTER TABLE ${table.name} ADD COLUMN ${defineColumn(dialect, table, property)}`)
}

export function createIndex<Property extends string>(
  { indexIfNone }: Dialect,
  table: Table<Property>,
  name: string,
  properties: readonly Property[],
): string {
  const create = `CREATE INDEX ${table.mayExist ? indexIfNone : ''}${name}`
  return `${create} ON ${table.name} (${columnList(table, properties)})`
}

function defineColumn<Property extends string>(
  { types }: Dialect,
  { columns, kinds }: Table<Property>,
  property: Property,
): string {
  const kind = kinds.get(property)
  if (kind === undefined) throw new TypeError(`There is no ${property}.`)
  return `${columns[property]} ${types[kind.type]}${kind.nullable ? '' : ' NOT NULL'}`
}
