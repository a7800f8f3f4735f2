import { crypto } from './crypto.ts'
import type { Clock } from './clock.ts'
import { StoreFailedError } from './errors.ts'

/** What happened. */
export type AuthEventType =
  | 'login'
  | 'login_failed'
  | 'logout'
  | 'session_ended'
  | 'sessions_ended'
  | 'device_ended'
  | 'devices_ended'
  | 'registered'
  | 'user_created'
  | 'user_changed'
  | 'user_deleted'
  | 'password_changed'
  | 'password_change_failed'
  | 'password_set'
  | 'refused'
  | 'cookie_ambiguous'
  | 'client_address_unknown'
  | 'counters_failed'
  | 'sessions_at_risk'
  | 'unsafe_setup'
  | 'unknown_hash'
  | 'error'

/**
 * One thing that happened, for logs and audits. Holds no password, token, cookie or name that someone typed, and no
 * text of a client's: it can be written to a log as it is.
 */
export interface AuthEvent {
  readonly type: AuthEventType
  readonly at: Date
  /** The same for all events of one request; shown to the client with an unexpected error. */
  readonly requestId: string | null
  /** Whom it is about. */
  readonly userId: string | null
  /** Who did it, where that is known: the id of a user, or `cli:` and an account of the machine. */
  readonly actor: string | null
  /** A keyed hash of the name that was typed: equal for equal names until the process ends. */
  readonly identifierHash: string | null
  /** The client's address, whole for IPv4, its first 64 bits for IPv6. */
  readonly addressPrefix: string | null
  /** Why: a reason like `wrong_password`, the `code` of an error, or what was changed. */
  readonly reason: string | null
  /** The error behind an event of type `error` or `counters_failed`. */
  readonly error?: unknown
}

/** The app's listener. What it throws is printed, and changes nothing. */
export type EventListener = (event: AuthEvent) => void | Promise<void>

/** What is known of an event where it is noticed. */
export type EventDetails = Partial<Omit<AuthEvent, 'type' | 'at'>>

/** What the caller of a change knows of it, for its event. */
export interface Occasion {
  /** Who does it: the id of a user, or a name of the app's own. */
  readonly by?: string
  /** Under which the app finds the request again. */
  readonly requestId?: string
}

export function occasionDetails({ by, requestId }: Occasion = {}): EventDetails {
  return { ...(by !== undefined && { actor: by }), ...(requestId !== undefined && { requestId }) }
}

/** Tells the app's listener. */
export type Report = (type: AuthEventType, details?: EventDetails) => void

let identifierKey: Buffer | null = null

/** A hash that hides what was typed, which may well be a password in the wrong field. */
export function hashIdentifier(identifier: string): string {
  identifierKey ??= crypto().randomBytes(32)
  return crypto().createHmac('sha256', identifierKey).update(identifier).digest('hex').slice(0, 32)
}

/** @param onEvent - Without one, what is wrong is told on standard error. */
export function createReport(clock: Clock, onEvent: EventListener = print): Report {
  return function report(type, details = {}) {
    const event: AuthEvent = {
      requestId: null,
      userId: null,
      actor: null,
      identifierHash: null,
      addressPrefix: null,
      reason: null,
      ...details,
      ...(details.error instanceof StoreFailedError && { error: details.error.cause }),
      type,
      at: clock.now(),
    }
    void tell(onEvent, event)
  }
}

async function tell(onEvent: EventListener, event: AuthEvent): Promise<void> {
  try {
    await onEvent(event)
  } catch (error) {
    console.error('latchkey: the onEvent listener failed.', error)
  }
}

const risks: Readonly<Record<string, string>> = {
  eviction: 'drops some of them when its memory gets short',
  no_log: 'loses them when it ends, for want of a log on disk',
}

const unreadable: Readonly<Record<string, string>> = {
  unknown_form: 'the stored hash is of no form that latchkey knows. Set a new password.',
  bcrypt_missing: 'the stored hash is bcrypt, which needs a package: npm install @node-rs/bcrypt',
}

const unknownAddresses: Readonly<Record<string, string>> = {
  not_told: "the host doesn't tell clients' addresses: all clients are throttled as one. See docs/throttle.md.",
  unix_socket:
    'requests come over a Unix socket: all clients are throttled as one. Where a proxy there sets X-Forwarded-For, name it: ' +
    "trustedProxies: ['unix:']. See docs/behind-a-proxy.md.",
  no_forwarded_for:
    'the proxy at the Unix socket tells no client in X-Forwarded-For: all clients are throttled as one. See docs/behind-a-proxy.md.',
}
const printedUnknown = new Set<string>()

/** What an app without a listener is told, on standard error. */
function print({ type, requestId, userId, reason, error }: AuthEvent): void {
  if (type === 'error') {
    console.error(`latchkey: unexpected error${requestId === null ? '' : ` in request ${requestId}`}.`, error)
  }
  if (type === 'counters_failed') console.error('latchkey: the counter store failed; counts go on in memory.', error)
  if (type === 'sessions_at_risk') {
    console.error(`latchkey: the database of sessions ${risks[reason ?? '']}. See docs/stores/redis.md.`)
  }
  if (type === 'unsafe_setup') {
    console.error('latchkey: nothing limits guesses at passwords, since limits is null. See docs/throttle.md.')
  }
  if (type === 'unknown_hash') console.error(`latchkey: user ${userId} can't log in: ${unreadable[reason ?? '']}`)
  const unknown = type === 'client_address_unknown' ? unknownAddresses[reason ?? 'not_told'] : undefined
  if (unknown !== undefined && !printedUnknown.has(unknown)) {
    printedUnknown.add(unknown)
    console.error(`latchkey: ${unknown}`)
  }
}
