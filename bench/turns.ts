import type { Socket } from 'node:net'
import { closeConnections, openConnections, requireStatus, sendRequests } from './load.ts'
import type { ServerProcess } from './server-process.ts'
import type { Run } from './settings.ts'
import { stayAwake } from './stay-awake.ts'

/** A server that takes part: started anew each time. */
export interface Entrant {
  readonly name: string
  start(): Promise<{ server: ServerProcess; requests: readonly string[] }>
}

/** Counted, and not timed: a busy machine leaves a server as warm as an idle one does. */
export interface Plan {
  readonly starts: number
  /** Rounds of each start that aren't looked at: until V8 has compiled what it will. */
  readonly warmUpRounds: number
  readonly rounds: number
  /** Requests in a turn. */
  readonly requests: number
  readonly connections: number
  /** Whether what sends the requests may take a core for itself alone. */
  readonly staysAwake: boolean
}

/** What one server needed for a request, by start and then by round. */
export interface Turns {
  readonly name: string
  readonly cpu: number[][]
  readonly mainThread: number[][]
  readonly rate: number[][]
}

interface Started {
  readonly name: string
  readonly server: ServerProcess
  readonly requests: readonly string[]
  readonly sockets: readonly Promise<Socket>[]
}

interface Turn {
  readonly cpu: number
  readonly mainThread: number
  readonly rate: number
}

/** All servers are started, take turns on connections that stay open, and are stopped: over and over. */
export async function takeTurns(run: Run, entrants: readonly Entrant[], plan: Plan): Promise<Turns[]> {
  const byStart: Map<string, Turn[]>[] = []
  for (let start = 0; start < run.rounds(plan.starts); start += 1) {
    run.tell(`  start ${start + 1}`)
    byStart.push(await takeRounds(run, turned(entrants, start), plan))
  }
  return entrants.map(({ name }) => {
    const starts = byStart.map((turns) => turns.get(name) ?? [])
    const pick = (figure: keyof Turn): number[][] => starts.map((turns) => turns.map((turn) => turn[figure]))
    return { name, cpu: pick('cpu'), mainThread: pick('mainThread'), rate: pick('rate') }
  })
}

async function takeRounds(run: Run, entrants: readonly Entrant[], plan: Plan): Promise<Map<string, Turn[]>> {
  const started: Started[] = []
  for (const entrant of entrants) started.push(await open(entrant, plan))
  const turns = new Map(entrants.map(({ name }): [string, Turn[]] => [name, []]))
  const warmUp = run.rounds(plan.warmUpRounds)
  for (let round = 0; round < warmUp + run.rounds(plan.rounds); round += 1) {
    for (const one of turned(started, round)) {
      const turn = await takeTurn(one, plan)
      if (round >= warmUp) turns.get(one.name)?.push(turn)
    }
  }
  await Promise.all(started.map(close))
  return turns
}

/** Forwards, then backwards: nobody is always the first, and what grows or falls steadily meets all alike. */
function turned<Item>(items: readonly Item[], by: number): readonly Item[] {
  return by % 2 === 0 ? items : items.toReversed()
}

async function open(entrant: Entrant, { connections }: Plan): Promise<Started> {
  const { server, requests } = await entrant.start()
  const sockets = openConnections(server.port, connections)
  await Promise.all(sockets)
  return { name: entrant.name, server, requests, sockets }
}

async function close({ server, sockets }: Started): Promise<void> {
  await closeConnections(sockets)
  await server.stop()
}

/** CPU microseconds for each request, and how many were answered in a second. */
async function takeTurn({ server, requests, sockets }: Started, plan: Plan): Promise<Turn> {
  const sleep = plan.staysAwake ? stayAwake() : () => undefined
  const before = await server.usage()
  const result = await sendRequests(sockets, { requests, count: plan.requests })
  const after = await server.usage()
  sleep()
  requireStatus(server.name, result)
  return {
    cpu: (after.cpuMicroseconds - before.cpuMicroseconds) / result.answers,
    mainThread: (after.mainThreadMicroseconds - before.mainThreadMicroseconds) / result.answers,
    rate: result.perSecond,
  }
}

export function takesPart(all: readonly Turns[], name: string | undefined): name is string {
  return all.some((one) => one.name === name)
}

export function turnsOf(all: readonly Turns[], name: string): Turns {
  const found = all.find((one) => one.name === name)
  if (found === undefined) throw new Error(`${name} took no part.`)
  return found
}
