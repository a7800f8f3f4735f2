import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { RequestTooSlowError } from '../../src/errors.ts'
import { readBytes } from '../../src/http/body.ts'

/** A body of which so many bytes come, and no more; `send` sends more. */
function stalling(size: number): { readonly request: Request; send(): void; cancelled(): boolean } {
  let cancelled = false
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined
  const body = new ReadableStream<Uint8Array>({
    start(started) {
      controller = started
      if (size > 0) started.enqueue(new Uint8Array(size))
    },
    cancel() {
      cancelled = true
    },
  })
  // Node requires `duplex` with a stream; the DOM's types don't know it.
  const init = { method: 'POST', body, duplex: 'half' }
  const request = new Request('http://app.example/', init)
  return { request, send: () => controller?.enqueue(new Uint8Array(1)), cancelled: () => cancelled }
}

/** What came of it; `waiting` as long as nothing has. */
function watch(reading: Promise<unknown>): () => unknown {
  let outcome: unknown = 'waiting'
  reading.then(
    (bytes) => (outcome = bytes),
    (error: unknown) => (outcome = error),
  )
  return () => outcome
}

describe('readBytes, of a body that does not come (A6)', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it.each([0, 9])('gives it up ten seconds after the last of %i bytes', async (size) => {
    const body = stalling(size)
    const outcome = watch(readBytes(body.request))

    await vi.advanceTimersByTimeAsync(9_900)
    expect(outcome()).toBe('waiting')
    await vi.advanceTimersByTimeAsync(200)
    expect(outcome()).toBeInstanceOf(RequestTooSlowError)
    expect(body.cancelled()).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('gives it up after thirty seconds, though a byte comes every nine', async () => {
    const body = stalling(0)
    const outcome = watch(readBytes(body.request))
    const timer = setInterval(body.send, 9_000)

    await vi.advanceTimersByTimeAsync(29_900)
    expect(outcome()).toBe('waiting')
    await vi.advanceTimersByTimeAsync(200)
    expect(outcome()).toBeInstanceOf(RequestTooSlowError)
    clearInterval(timer)
  })

  it('gives up the oldest of so many that they hold 32 MiB', async () => {
    // Bodies of other tests may still be waited for, and would be older than these.
    const ofItsOwn = '../../src/http/body.ts?of-its-own'
    const body: typeof import('../../src/http/body.ts') = await import(/* @vite-ignore */ ofItsOwn)
    const outcomes = Array.from({ length: 2_050 }, () => watch(body.readBytes(stalling(16_384).request)))

    await vi.advanceTimersByTimeAsync(100)
    expect(outcomes.slice(0, 2).map((outcome) => outcome())).toEqual([
      expect.any(RequestTooSlowError),
      expect.any(RequestTooSlowError),
    ])
    expect(new Set(outcomes.slice(2).map((outcome) => outcome()))).toEqual(new Set(['waiting']))
    await vi.advanceTimersByTimeAsync(10_000)
  })
})
