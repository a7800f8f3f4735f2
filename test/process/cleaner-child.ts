import { setTimeout as pause } from 'node:timers/promises'
import { createAuth } from '../../src/index.ts'
import { cleaningLease } from '../../src/cleaner.ts'

// A process that cleans up and never comes to an end with it. Tells of each time that it took or kept the right to do so.
const auth = createAuth({ limits: null })
for (;;) {
  console.log(await auth.wiring.cleaner.claim(cleaningLease))
  await pause(500)
}
