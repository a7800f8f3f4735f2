// Writes one session after another until it is killed, and tells of each once it is kept.
import { sqliteStore } from '../../src/stores/sqlite.ts'
import { sessionOf } from '../../src/testing/records.ts'

const [path = '', userId = ''] = process.argv.slice(2)
const store = sqliteStore({ path })
await store.open()
const user = await store.users.findById(userId)
if (user === null) throw new Error('There is no such user.')

while (process.connected) {
  const session = sessionOf(user)
  await store.sessions.create(session)
  process.send?.(session.tokenHash)
}
