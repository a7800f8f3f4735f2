import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

/** What a client sends that doesn't wait for answers. */
export interface Pipeline {
  readonly port: number
  readonly connections: number
  /** One request, as it goes over the wire. */
  readonly request: string
  /** How many of them are sent in one piece on each connection. */
  readonly atOnce: number
  /** Whether it reads the answers, and sends as many again. */
  readonly reads: boolean
  readonly seconds: number
  /** Its own address, of this machine's. */
  readonly localAddress: string
}

export interface PipelineOutcome {
  readonly sentBytes: number
  /** When each connection was ended that the server has ended. */
  readonly endsMs: readonly number[]
}

/** Starts such a client in a process of its own. */
export async function startPipeline(pipeline: Pipeline): Promise<{ readonly over: Promise<PipelineOutcome> }> {
  const child = fork(join(import.meta.dirname, 'pipeline-child.ts'))
  await once(child, 'spawn')
  const over = once(child, 'message').then(([outcome]) => outcome as PipelineOutcome)
  child.send(pipeline)
  return { over }
}
