// Checks passwords with all of latchkey's hash threads, and serves nothing.
import { createAuth } from 'latchkey'
import { memoryStore } from 'latchkey/stores/memory'

const seconds = Number(process.argv[2])
const auth = createAuth({ store: memoryStore() })
const until = performance.now() + seconds * 1000

async function checkInTurn(): Promise<void> {
  while (performance.now() < until) await auth.users.checkLogin('nobody', 'not this one')
}

await Promise.all(Array.from({ length: 8 }, checkInTurn))
process.disconnect()
