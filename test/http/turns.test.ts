import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { takeTurn } from '../../src/http/turns.ts'

async function note(log: string[], name: string, key = ''): Promise<void> {
  await takeTurn(key)
  log.push(name)
}

describe('turns', () => {
  it('serve one request in each turn of the event loop, in their order, and other things in between (row 62)', async () => {
    const log: string[] = []
    const posts = ['first', 'second', 'third'].map((name) => note(log, name))

    await nextTurn()
    log.push('a session check')
    await Promise.all(posts)

    expect(log).toEqual(['first', 'a session check', 'second', 'third'])
  })

  it('go round by key: whoever sends many waits for itself (A2)', async () => {
    const log: string[] = []
    const many = ['1', '2', '3'].map((name) => note(log, `one's ${name}`, '192.0.2.1'))
    const other = note(log, 'another', '192.0.2.2')
    await Promise.all([...many, other])

    expect(log).toEqual(["one's 1", 'another', "one's 2", "one's 3"])
  })

  it('are refused to a key for which a thousand wait, and to no other (A2)', async () => {
    const thousand = Array.from({ length: 1_000 }, () => takeTurn('192.0.2.1'))
    const [more, other] = await Promise.all([takeTurn('192.0.2.1'), takeTurn('192.0.2.2')])

    expect([more, other]).toEqual([false, true])
    expect(new Set(await Promise.all(thousand))).toEqual(new Set([true]))
  })

  it('are left to whoever comes first, however few others fill all places (A2)', async () => {
    const tens = Array.from({ length: 10 }, (_, client) => `192.0.2.${client}`)
    const many = tens.flatMap((key) => Array.from({ length: 1_000 }, () => takeTurn(key)))
    const others = Array.from({ length: 50 }, (_, client) => takeTurn(`198.51.100.${client}`))
    const refused = (await Promise.all(many)).filter((hasTurn) => !hasTurn)

    expect(new Set(await Promise.all(others))).toEqual(new Set([true]))
    expect(refused).toHaveLength(50)
  })

  it('are refused to those who come when ten thousand others wait, with one request each', async () => {
    const all = await Promise.all(Array.from({ length: 10_100 }, (_, client) => takeTurn(`client ${client}`)))

    expect(all.lastIndexOf(true)).toBe(9_999)
    expect(all.filter((hasTurn) => !hasTurn)).toHaveLength(100)
  })
})
