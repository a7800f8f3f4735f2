// Sets one hash after another until it is killed: the first is "1", as the generation that comes with it.
import { sqliteStore } from '../../src/stores/sqlite.ts'

const [path = '', userId = ''] = process.argv.slice(2)
const store = sqliteStore({ path })
await store.open()

for (let number = 1; process.connected; number += 1) {
  await store.users.changePasswordHash(userId, String(number - 1), String(number))
  process.send?.(number)
}
