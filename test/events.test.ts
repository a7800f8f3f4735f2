import { afterEach, describe, expect, it, vi } from 'vitest'
import { systemClock } from '../src/clock.ts'
import { createReport } from '../src/events.ts'

// Searched for secrets in all other tests; here it is the module itself, and loaded anew.
vi.unmock('../src/events.ts')

afterEach(() => {
  vi.restoreAllMocks()
})

describe('events without a listener', () => {
  it('are printed where something is wrong, and no others', () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const report = createReport(systemClock)
    const error = new Error('Connection refused.')
    report('login', { userId: 'ann' })
    report('refused')
    report('counters_failed', { error })
    report('sessions_at_risk', { reason: 'eviction' })
    report('sessions_at_risk', { reason: 'no_log' })
    report('unsafe_setup', { reason: 'no_limits' })
    report('error', { requestId: 'r1', error })
    report('error', { error })

    expect(print.mock.calls).toEqual([
      [expect.stringContaining('counter store'), error],
      [expect.stringContaining('drops some of them')],
      [expect.stringContaining('loses them')],
      [expect.stringContaining('nothing limits guesses')],
      ['latchkey: unexpected error in request r1.', error],
      ['latchkey: unexpected error.', error],
    ])
  })

  it('say once in a process that addresses are unknown (row 74)', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    vi.resetModules()
    const events = await import('../src/events.ts')
    events.createReport(systemClock)('client_address_unknown')
    events.createReport(systemClock)('client_address_unknown')

    expect(print).toHaveBeenCalledOnce()
  })

  it('say why addresses are unknown, and what to do, once for each reason (row 74, B2)', async () => {
    const print = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    vi.resetModules()
    const report = (await import('../src/events.ts')).createReport(systemClock)
    for (const reason of ['unix_socket', 'no_forwarded_for', 'not_told', 'unix_socket']) {
      report('client_address_unknown', { reason })
    }

    expect(print.mock.calls).toEqual([
      [expect.stringContaining("trustedProxies: ['unix:']")],
      [expect.stringContaining('X-Forwarded-For')],
      [expect.stringContaining("doesn't tell")],
    ])
  })
})
