import { onTestFinished } from 'vitest'
import { joinStore } from '../stores/joined-store.ts'
import type { SplitStore, Store } from '../stores/store.ts'

/** Makes a store of its own, empty and not open, each time. */
export type CreateStore = () => Promise<Store | SplitStore>

/** Opens the store of a contract test. */
export async function openStore(createStore: CreateStore): Promise<Store> {
  const store = joinStore(await createStore(), () => {})
  onTestFinished(() => store.close())
  await store.open()
  return store
}
