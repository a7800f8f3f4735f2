// Posts wrong passwords on many connections, each again as soon as it is answered, and tells what the answers were.
import { loginRequest } from '../client.ts'
import { runLoad } from '../load.ts'

const [port = 0, connections = 0, seconds = 0] = process.argv.slice(2).map(Number)

const { statuses } = await runLoad({ port, connections, seconds, requests: [loginRequest('not this one')] })
process.send?.(statuses)
process.disconnect()
