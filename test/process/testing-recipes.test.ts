import { afterAll } from 'vitest'
import { openKitchen } from './recipes.ts'

// What these pages show are tests themselves.
const kitchen = openKitchen()
await kitchen.cook('docs/testing.md', "describe('the shop'")
await kitchen.cook('docs/testing.md', 'userStoreContract(')
await kitchen.cook('docs/rate-limit.md', 'counterStoreContract(')

afterAll(() => {
  kitchen.close()
})
