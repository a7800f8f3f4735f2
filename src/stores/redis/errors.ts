import { ConfigError, UnavailableError } from '../../errors.ts'

// Errors that the server itself replies with begin like this: https://redis.io/docs/latest/develop/reference/protocol-spec/
const replyCode = /^[A-Z]{2,}(?= )/

const unavailableCodes: ReadonlySet<string> = new Set([
  'ASK',
  'BUSY',
  'CLUSTERDOWN',
  'LOADING',
  'MASTERDOWN',
  'MISCONF', // it can't write its log or its snapshots
  'MOVED',
  'NOAUTH', // the password was right when the store was opened, so the server's settings are changing
  'NOREPLICAS',
  'OOM',
  'READONLY',
  'TRYAGAIN',
  'WRONGPASS',
])

const cures: Readonly<Record<string, string>> = {
  NOAUTH: 'Redis asks for a password. Give the client one.',
  WRONGPASS: 'Redis refuses the user or the password. Give the client those of a user that it lets in.',
  NOPERM: 'The Redis user may not do what sessions need. Let it run EVAL, and use the keys behind the prefix.',
}

/** Whether a Cluster has the keys of a script in several places. */
export function isCrossSlot(error: unknown): boolean {
  return codeOf(error) === 'CROSSSLOT'
}

// The server has no code for it.
const tooManyClients = /^ERR max number of clients/

/** What the caller of a store sees of an error in a command. */
export function toStoreError(error: unknown): unknown {
  return isUnavailable(error) ? new UnavailableError({ cause: error }) : error
}

/** What the caller of a store sees of an error while it was opened. */
export function toOpenError(error: unknown): unknown {
  const cause = error instanceof UnavailableError ? error.cause : error
  const cure = cures[codeOf(cause) ?? '']
  return cure === undefined ? error : new ConfigError(cure, { cause })
}

function isUnavailable(error: unknown): boolean {
  const code = codeOf(error)
  // What no server replied, a client says that couldn't reach one.
  if (code === null || unavailableCodes.has(code)) return true
  return error instanceof Error && tooManyClients.test(error.message)
}

function codeOf(error: unknown): string | null {
  return error instanceof Error ? (replyCode.exec(error.message)?.[0] ?? null) : null
}
