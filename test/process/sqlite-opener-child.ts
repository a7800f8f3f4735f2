import process from 'node:process'
import { createAuth } from '../../src/index.ts'

// Opens a database that another process has locked.
const auth = createAuth({ store: `sqlite://${process.argv[2]}` })
console.log('opening')
await auth.ready()
console.log('open')
await auth.close()
