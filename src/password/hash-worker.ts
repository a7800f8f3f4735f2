import os from 'node:os'
import { parentPort } from 'node:worker_threads'
import { checkPassword, countComputations, hashPassword, type PasswordCheck } from './password.ts'

/** What a hash thread is asked to do. */
export type HashTask =
  | { readonly kind: 'check'; readonly password: string; readonly stored: string | null }
  | { readonly kind: 'hash'; readonly password: string }

/** A hash thread's answer. */
export interface HashReply {
  /** A `PasswordCheck` for a check, the hash for a hash. */
  readonly result: PasswordCheck | string
  /** How many hashes at the current cost it took. */
  readonly hashes: number
  /** How long the thread was at it, in milliseconds: of hashes of other kinds one can cost as much as twenty. */
  readonly tookMs: number
}

function answer(task: HashTask): HashReply {
  const before = countComputations()
  const startedAtMs = performance.now()
  const result = task.kind === 'check' ? checkPassword(task.password, task.stored) : hashPassword(task.password)
  return { result, hashes: countComputations() - before, tookMs: performance.now() - startedAtMs }
}

function yieldToOtherThreads(): void {
  // Only Linux gives each thread a priority of its own; elsewhere this would slow down the whole process.
  if (process.platform !== 'linux') return
  try {
    os.setPriority(0, Math.min(os.getPriority() + 10, 19))
  } catch {
    // A sandbox may forbid it. Hashing works all the same.
  }
}

yieldToOtherThreads()
parentPort?.on('message', (task: HashTask) => parentPort?.postMessage(answer(task), []))
