import { parseArgs } from 'node:util'
import { type Contender, type StoreKind, contenders } from './contenders.ts'
import { type Databases, createDatabases, reachableStores } from './databases.ts'

/** What the whole run is made with. */
export interface Run {
  readonly quick: boolean
  readonly databases: Databases
  /** The stores that are here, and asked for. */
  readonly stores: readonly StoreKind[]
  /** Those of the names that take part. */
  choose(isMeant: (contender: Contender) => boolean): readonly Contender[]
  /** As many rounds, or the least that shows that it works. */
  rounds(usual: number): number
  seconds(usual: number): number
  tell(text: string): void
}

export interface Arguments {
  readonly quick: boolean
  readonly json: boolean
  /** Names of sections; none: all. */
  readonly only: readonly string[]
  /** What the name of a server begins with; none: all. */
  readonly servers: readonly string[]
  /** Another build of latchkey, as a folder or what `npm pack` made of it, that this one is held against. */
  readonly before: string | null
}

export function readArguments(): Arguments {
  const { values } = parseArgs({
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      servers: { type: 'string', default: '' },
      before: { type: 'string' },
    },
  })
  return { ...values, only: list(values.only), servers: list(values.servers), before: values.before ?? null }
}

function list(text: string): string[] {
  return text.split(',').filter((one) => one !== '')
}

export async function createRun({ quick, servers }: Arguments): Promise<Run> {
  const stores = await reachableStores()
  const isAsked = ({ name, store }: Contender): boolean =>
    (store === null || stores.includes(store)) &&
    (servers.length === 0 || servers.some((start) => name.startsWith(start)))
  return {
    quick,
    stores,
    databases: createDatabases(),
    choose: (isMeant) => contenders.filter((one) => isAsked(one) && isMeant(one)),
    rounds: (usual) => (quick ? 2 : usual),
    seconds: (usual) => (quick ? Math.min(usual, 0.4) : usual),
    tell: (text) => void process.stderr.write(`${text}\n`),
  }
}
