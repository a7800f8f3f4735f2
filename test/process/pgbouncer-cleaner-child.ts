import { setTimeout as pause } from 'node:timers/promises'
import { Pool } from 'pg'
import { createAuth } from '../../src/index.ts'
import { cleaningLease } from '../../src/cleaner.ts'
import { postgresStore } from '../../src/stores/postgres.ts'

// A process that cleans up behind PgBouncer, as cleaner-child.ts does without it.
const pool = new Pool({ connectionString: process.env['DATABASE_URL'] })
const auth = createAuth({ store: postgresStore(pool, { namedStatements: false }), limits: null })
for (;;) {
  console.log(await auth.wiring.cleaner.claim(cleaningLease))
  await pause(500)
}
