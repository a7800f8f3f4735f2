import { type Row, row } from './results.ts'
import { getRequest, runLoad } from './load.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import { median } from './statistics.ts'

const rounds = 8

/** CPU time of `GET /me` with a valid session, against the least that could be done, in turns. */
export async function measureSessionCheck(folder: string): Promise<Row[]> {
  const limit = await startServer('limit', { BENCH_DATABASE: `${folder}/limit.db` })
  const latchkey = await startServer('latchkey', { BENCH_DATABASE: `${folder}/latchkey.db` })
  const limits: number[] = []
  const ours: number[] = []

  await cpuPerRequest(limit)
  await cpuPerRequest(latchkey)
  for (let round = 0; round < rounds; round += 1) {
    limits.push(await cpuPerRequest(limit))
    ours.push(await cpuPerRequest(latchkey))
  }
  await Promise.all([limit.stop(), latchkey.stop()])

  const ratio = median(ours.map((our, index) => our / (limits[index] ?? Number.NaN)))
  return [
    row('limit: CPU per GET /me, µs', median(limits)),
    row('latchkey: CPU per GET /me, µs', median(ours)),
    row('latchkey ÷ limit (median of the rounds)', ratio, { atMost: 1.1 }),
  ]
}

async function cpuPerRequest(server: ServerProcess): Promise<number> {
  const before = await server.usage()
  const { answers, statuses } = await runLoad({
    port: server.port,
    request: getRequest('/me', server.cookie),
    connections: 32,
    seconds: 2,
  })
  const after = await server.usage()
  if (statuses['200'] !== answers) throw new Error(`GET /me was answered with ${JSON.stringify(statuses)}.`)
  return (after.cpuMicroseconds - before.cpuMicroseconds) / answers
}
