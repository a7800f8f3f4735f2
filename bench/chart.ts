import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { type Contender, contender } from './contenders.ts'
import type { Row, Section } from './results.ts'

const groups = { sqlite: 'SQLite', postgres: 'PostgreSQL', redis: 'Redis' } as const
const cookieOnly = 'Nothing but a cookie'
const withoutStore = ['iron-session', 'auth.js (jwt)']
const order: readonly string[] = [...Object.values(groups), cookieOnly]

/** The cost of a session check, as a picture. Servers in Express and node:http are left to the table, but for peers. */
export function drawChart({ rows }: Section): string {
  const bars = rows
    .filter(({ name }) => !/^(latchkey|limit) (node|express)/.test(name))
    .map(toBar)
    .toSorted((one, other) => order.indexOf(one.group) - order.indexOf(other.group))
  const file = fileURLToPath(new URL('chart/draw-chart.js', import.meta.url))
  return execFileSync(process.execPath, [file], { input: JSON.stringify(bars), encoding: 'utf8' })
}

function toBar({ name, cells: [cpu] }: Row) {
  const microseconds = typeof cpu === 'object' && cpu !== null ? cpu.median : 0
  const [kind = ''] = /^(latchkey|limit)/.exec(name) ?? ['peer']
  return { group: groupOf(contender(name)), name: name.replace(/ (sqlite|postgres|redis)/, ''), microseconds, kind }
}

function groupOf({ name, store }: Contender): string {
  return store === null || withoutStore.includes(name) ? cookieOnly : groups[store]
}
