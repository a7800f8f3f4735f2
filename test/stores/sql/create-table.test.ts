import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { type Columns, describeColumns } from '../../../src/stores/columns/column.ts'
import { addColumns, createTable } from '../../../src/stores/sql/create-table.ts'
import { sqliteDialect } from '../../../src/stores/sql/dialect.ts'
import { rowReader } from '../../../src/stores/sql/rows.ts'
import { selectList } from '../../../src/stores/sql/statements.ts'
import { type Table, createTables } from '../../../src/stores/sql/tables.ts'

interface Pet {
  readonly name: string
  readonly age: number
  readonly bornAt: Date | null
  readonly tame: boolean
}

function readPet(column: Columns): Pet {
  return { name: column.key(), age: column.count(), bornAt: column.since(5).instantOrNull(), tame: column.flag() }
}

const pets: Table<keyof Pet> = {
  ...createTables(sqliteDialect).leases,
  name: 'pet',
  columns: { name: 'name', age: 'age', bornAt: '"born"', tame: 'tame' },
  kinds: describeColumns(readPet),
}

describe('a column that came with a later version', () => {
  it('is none of its table’s at first, and is added by that version alone', () => {
    expect(createTable(sqliteDialect, pets, { first: ['name'] })).not.toContain('born')
    expect(addColumns(sqliteDialect, pets, 4)).toEqual([])
    expect(addColumns(sqliteDialect, pets, 5)).toEqual(['ALTER TABLE pet ADD COLUMN "born" INTEGER'])
  })

  it('holds nothing in rows from before it', () => {
    using database = new DatabaseSync(':memory:')
    database.exec(createTable(sqliteDialect, pets, { first: ['name'] }))
    database.exec("INSERT INTO pet (name, age, tame) VALUES ('Tom', 7, 1)")
    for (const statement of addColumns(sqliteDialect, pets, 5)) database.exec(statement)
    const select = database.prepare(`SELECT ${selectList(sqliteDialect, pets, 'p')} FROM pet p`)
    const [row = {}] = select.all()

    expect(rowReader(readPet)(Object.values(row) as (string | number | null)[])).toEqual({
      name: 'Tom',
      age: 7,
      bornAt: null,
      tame: true,
    })
  })
})
