// A process of its own on a database: does what it is told, and answers with the outcome.
import { createAuth } from '../../src/index.ts'

const auth = createAuth({ store: process.argv[2] ?? '' })

process.on('message', (message: { verb: string; value: string }) => {
  void answer(message)
})

async function answer({ verb, value }: { verb: string; value: string }): Promise<void> {
  if (verb === 'open') await auth.ready()
  if (verb === 'end') await auth.sessions.end(value)
  const username = verb === 'find' ? ((await auth.sessions.find(value))?.user.username ?? null) : null
  const user = verb === 'start' ? await auth.users.findByIdentifier(value) : null
  const token = user === null ? null : ((await auth.sessions.start(user))?.token ?? null)
  process.send?.({ username, token })
}
