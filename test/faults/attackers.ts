import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** A login that attackers send. */
export interface AttackLogin {
  readonly fields: Readonly<Record<string, string>>
  /** `null`: from a new browser. */
  readonly cookie: string | null
}

export interface Attack {
  readonly url: string
  /** How many addresses they come from, in turn. */
  readonly addresses: number
  /** With which logins, in turn; empty: with guesses at names that nobody has. */
  readonly logins: readonly AttackLogin[]
  readonly connections: number
}

export interface AttackOutcome {
  /** How many answers there were of each status; 0: none came. */
  readonly statuses: Readonly<Record<number, number>>
}

/** Attacks an app's login from a process of its own. */
export async function startAttack(attack: Attack): Promise<{ stop(): Promise<AttackOutcome> }> {
  const child = fork(join(import.meta.dirname, 'attackers-child.ts'))
  await once(child, 'spawn')
  child.send(attack)
  return {
    async stop() {
      const told = once(child, 'message')
      child.send('stop')
      const [outcome] = await told
      return outcome as AttackOutcome
    },
  }
}
