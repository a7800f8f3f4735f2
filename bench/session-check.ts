import { type Contender, storeKinds } from './contenders.ts'
import { entrantOf } from './entrants.ts'
import { type Row, type Section, type Target, atLeast, atMost } from './results.ts'
import type { Run } from './settings.ts'
import { ratioOfStarts, summarize } from './statistics.ts'
import { type Plan, type Turns, takeTurns, takesPart, turnsOf } from './turns.ts'

/** Many short turns: what slows the machine for a while then slows all alike. */
export const checks: Plan = {
  starts: 8,
  // What has more code has more of it to compile, on a thread of the same process.
  warmUpRounds: 20,
  rounds: 20,
  requests: 1500,
  connections: 32,
  staysAwake: true,
}

/** The cost of `GET /me` with a valid session. Servers of one store take turns, beside the bare ones. */
export async function measureSessionCheck(run: Run): Promise<Section> {
  const rows: Row[] = []
  const targets: Target[] = []
  for (const store of storeKinds) {
    const group = run.choose((one) => one.store === store || one.store === null)
    if (group.every((one) => one.store === null)) continue
    run.tell(`  ${store}: ${group.length} servers`)
    const entrants = await Promise.all(group.map((contender) => entrantOf(run, contender)))
    const turns = await takeTurns(run, entrants, checks)
    for (const contender of group.filter((one) => one.store !== null)) {
      rows.push(toRow(contender, turns))
      targets.push(...targetsOf(contender, turns))
    }
  }
  return {
    title: 'A valid session',
    about:
      '`GET /me` on 32 connections, with 500 sessions in turn. CPU time is that of the server process alone. `limit`: one ' +
      'prepared look-up in the same store and framework, and nothing else; `bare`: the same route without any check. In ' +
      'parentheses: the least and the most; of a ratio, its interval at 95 %.',
    columns: ['CPU µs per request', 'CPU ÷ limit', 'CPU ÷ bare', 'requests/s', 'requests/s ÷ bare'],
    rows,
    targets,
  }
}

function toRow({ name, limit, bare }: Contender, all: readonly Turns[]): Row {
  const { cpu, rate } = turnsOf(all, name)
  return {
    name,
    cells: [
      summarize(cpu.flat()),
      takesPart(all, limit) ? ratioOfStarts(cpu, turnsOf(all, limit).cpu) : null,
      takesPart(all, bare) ? ratioOfStarts(cpu, turnsOf(all, bare).cpu) : null,
      summarize(rate.flat()).median,
      takesPart(all, bare) ? ratioOfStarts(rate, turnsOf(all, bare).rate) : null,
    ],
  }
}

function targetsOf({ name, store, limit, bare }: Contender, all: readonly Turns[]): Target[] {
  const { cpu, rate } = turnsOf(all, name)
  if (name.startsWith('latchkey hono') && takesPart(all, limit)) {
    const most = store === 'redis' ? 1.1 : 1.05
    return [atMost(`${name}: CPU ÷ limit`, most, ratioOfStarts(cpu, turnsOf(all, limit).cpu))]
  }
  if (name === 'latchkey express sqlite' && takesPart(all, bare)) {
    return [atLeast(`${name}: requests/s ÷ bare Express`, 0.8, ratioOfStarts(rate, turnsOf(all, bare).rate))]
  }
  return []
}
