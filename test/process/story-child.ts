// A process of its own that takes part in stories: does what it is told, and answers with the outcome.
import { createDatabase } from '../../src/stores/database.ts'
import { type Deed, createActor } from './story-actor.ts'

const [source = '', sessionsUrl = null] = process.argv.slice(2)
const database = createDatabase({ source, sessionsUrl, onOpen: () => undefined, onRisk: () => undefined })
const act = createActor(() => database.open())

process.on('message', (deed: Deed) => {
  void act(deed).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ failure: String(error) }),
  )
})
