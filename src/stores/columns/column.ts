/**
 * The columns of a record, one call for each, in their order. What a call gives is up to whoever reads a record by them: the
 * next value of a row, or what the column is. So each record names its columns once, for all databases.
 */
export interface Columns {
  /** Text that is compared and ordered by its bytes: keys, hashes, ids. */
  key(): string
  keyOrNull(): string | null
  /** Text that is kept as it is and compared with nothing. */
  text(): string
  textOrNull(): string | null
  flag(): boolean
  count(): number
  instant(): Date
  instantOrNull(): Date | null
  /** For a column that came with this version of the schema: rows from before it have nothing there. */
  since(version: number): Pick<Columns, 'keyOrNull' | 'textOrNull' | 'instantOrNull'>
}

/** What a column is. */
export interface Column {
  readonly type: 'key' | 'text' | 'flag' | 'count' | 'instant'
  readonly nullable: boolean
  /** The version of the schema that it came with; 0 where that is its table's. */
  readonly since: number
}

/** The columns of a flat record, by property, in their order: what `read` takes, and not what it knows without them. */
export function describeColumns<Result extends object>(
  read: (column: Columns) => Result,
): ReadonlyMap<keyof Result & string, Column> {
  const properties: [string, unknown][] = Object.entries({ ...read(describing(0)) })
  return new Map(properties.filter((entry): entry is [keyof Result & string, Column] => isColumn(entry[1])))
}

function isColumn(value: unknown): value is Column {
  return typeof value === 'object' && value !== null && 'nullable' in value
}

function describing(since: number): Columns {
  // To `read`, which passes on what it is given, a column is the value that it gives at other times.
  const give = (type: Column['type'], nullable: boolean) => (): never => ({ type, nullable, since }) as never
  return {
    key: give('key', false),
    keyOrNull: give('key', true),
    text: give('text', false),
    textOrNull: give('text', true),
    flag: give('flag', false),
    count: give('count', false),
    instant: give('instant', false),
    instantOrNull: give('instant', true),
    since: describing,
  }
}
