import { serveNode } from '../../src/adapters/node.ts'
import { createAuth, register } from '../../src/index.ts'

// A server on a database, in a process of its own: every path of it registers users.
const auth = createAuth({ store: process.argv[2] ?? '', limits: null })
const { port } = await serveNode(register({ auth }), { port: 0, onClose: auth.close })
process.send?.(port)
