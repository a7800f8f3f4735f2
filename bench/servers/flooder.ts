// Posts wrong passwords on many connections, each again as soon as it is answered.
import { loginRequest, runLoad } from '../load.ts'

const [port, connections, seconds] = process.argv.slice(2).map(Number)

await runLoad({
  port: port ?? 0,
  connections: connections ?? 0,
  seconds: seconds ?? 0,
  request: loginRequest('not this one'),
})
