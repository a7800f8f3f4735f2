import { BodyTooLargeError, ConfigError, MalformedBodyError, RequestTooSlowError } from '../errors.ts'
import type { RequestHead } from './fetch-handler.ts'

/** What latchkey reads of a body. */
export const maxBytes = 16_384
const stallMs = 10_000
const wholeMs = 30_000
/** What bodies may hold that haven't come to their end: of so many at once, all but the oldest are served. */
const room = 2 ** 25

/** A body on its way. */
interface Arrival {
  readonly chunks: Uint8Array[]
  size: number
  /** Rejects when it takes too long. */
  readonly late: Promise<never>
  giveUp(): void
}

// In the order in which they began.
const arrivals = new Set<Arrival>()
let held = 0

/** @throws {BodyTooLargeError} When the head says already that the body is larger than latchkey reads. */
export function requireSmallBody({ headers }: RequestHead): void {
  if (Number(headers.get('content-length') ?? 0) > maxBytes) throw new BodyTooLargeError(maxBytes)
}

/**
 * The whole body, of at most 16 KiB.
 *
 * @throws {BodyTooLargeError} Above that, whatever `Content-Length` says; nothing is read beyond it.
 * @throws {RequestTooSlowError} When nothing comes for ten seconds, or not all of it in thirty.
 */
export async function readBytes(request: Request): Promise<Uint8Array<ArrayBuffer>> {
  if (request.bodyUsed || request.body?.locked === true) {
    throw new ConfigError(
      'Something in front of latchkey has read the request body. Mount latchkey before middleware that parses bodies.',
    )
  }
  if (request.body === null) return new Uint8Array()

  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  const arrival = begin()
  const whole = setTimeout(arrival.giveUp, wholeMs)
  try {
    for (let part = await readPart(reader, arrival); !part.done; part = await readPart(reader, arrival)) {
      keep(arrival, part.value)
    }
    return new Uint8Array(Buffer.concat(arrival.chunks, arrival.size))
  } catch (error) {
    // Not awaited: a stalled client would decide when this ends.
    void reader.cancel().catch(() => undefined)
    throw error
  } finally {
    clearTimeout(whole)
    arrivals.delete(arrival)
    held -= arrival.size
  }
}

function begin(): Arrival {
  const { promise: late, reject } = Promise.withResolvers<never>()
  // Nobody may be waiting for it yet.
  late.catch(() => undefined)
  const arrival: Arrival = { chunks: [], size: 0, late, giveUp: () => reject(new RequestTooSlowError()) }
  arrivals.add(arrival)
  return arrival
}

async function readPart(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { late, giveUp }: Arrival,
): Promise<ReadableStreamReadResult<Uint8Array>> {
  const stalled = setTimeout(giveUp, stallMs)
  try {
    return await Promise.race([reader.read(), late])
  } catch (error) {
    if (error instanceof RequestTooSlowError) throw error
    // Not a fault of the app: the client went away, or its connection did.
    throw new MalformedBodyError({ text: 'bodyBrokenOff' })
  } finally {
    clearTimeout(stalled)
  }
}

function keep(arrival: Arrival, part: Uint8Array): void {
  arrival.chunks.push(part)
  arrival.size += part.byteLength
  held += part.byteLength
  if (arrival.size > maxBytes) throw new BodyTooLargeError(maxBytes)

  const [oldest] = arrivals
  if (held > room && oldest !== undefined) {
    arrivals.delete(oldest)
    oldest.giveUp()
  }
}
