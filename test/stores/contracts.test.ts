import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memoryStore } from '../../src/stores/memory.ts'
import { sqliteStore } from '../../src/stores/sqlite.ts'
import type { Store } from '../../src/stores/store.ts'
import { deviceStoreContract, sessionStoreContract, userStoreContract } from '../../src/testing/contracts.ts'
import { otherNames } from './other-names.ts'
import { storeRaces } from './store-races.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-stores-'))
let files = 0

const stores: Record<string, () => Promise<Store>> = {
  'the memory store': async () => memoryStore(),
  'the SQLite store in memory': async () => sqliteStore({ path: ':memory:' }),
  'the SQLite store in a file': async () => {
    files += 1
    return sqliteStore({ path: join(folder, `${files}.db`) })
  },
  'the SQLite store with other names': async () => sqliteStore({ path: ':memory:', ...otherNames('') }),
}

for (const [name, createStore] of Object.entries(stores)) {
  sessionStoreContract(name, createStore)
  userStoreContract(name, createStore)
  deviceStoreContract(name, createStore)
}

storeRaces('the SQLite store', async () => {
  files += 1
  const path = join(folder, `${files}.db`)
  const two = [sqliteStore({ path }), sqliteStore({ path })] as const
  await Promise.all(two.map((store) => store.open()))
  return two
})
