import { CommanderError } from 'commander'
import { ConfigError, RequestError, StoreFailedError, UnavailableError } from '../errors.ts'

/** What the process says to the shell when it ends. */
const exitCodes = {
  done: 0,
  /** The command line is wrong, or something unexpected happened. */
  failed: 1,
  /** There is no such user or session, the name is taken, or the password is against the rules. */
  refused: 2,
  /** There is no database, or it can't be used. */
  noDatabase: 3,
} as const

/** The exit codes as `--help` tells them. */
export const exitCodesHelp = `
Exit codes:
  0  done
  1  the command line is wrong, or something unexpected happened
  2  refused: no such user or session, a name is taken, a password is against the rules
  3  there is no database, or it can't be used`

/** The command line can't be meant as it stands. */
export class UsageError extends Error {}

/** What was asked for can't be done with the users and sessions that there are. */
export class RefusedError extends Error {}

/** The exit code that tells a shell of this error. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof StoreFailedError) return exitCodeOf(error.cause)
  if (error instanceof CommanderError) return error.exitCode
  if (error instanceof RefusedError || error instanceof RequestError) return exitCodes.refused
  if (error instanceof ConfigError || error instanceof UnavailableError) return exitCodes.noDatabase
  return exitCodes.failed
}

/** The error as one sentence; `null` when it was told already. */
export function sentenceOf(error: unknown): string | null {
  if (error instanceof StoreFailedError) return sentenceOf(error.cause)
  if (error instanceof CommanderError) return null
  if (error instanceof UnavailableError && error.cause instanceof Error) {
    return `This can't be done now: ${withStop(error.cause.message)}`
  }
  if (exitCodeOf(error) === exitCodes.failed && !(error instanceof UsageError)) {
    return `Something unexpected happened: ${withStop(error instanceof Error ? error.message : String(error))}`
  }
  return error instanceof Error ? error.message : null
}

function withStop(message: string): string {
  return message.endsWith('.') ? message : `${message}.`
}
