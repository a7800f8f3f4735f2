import { afterAll, describe, expect, it } from 'vitest'
import { createHashThreads } from '../../src/password/hash-threads.ts'

const threads = createHashThreads(1)

// What it is the hash of, nobody knows.
const dear = `pbkdf2_sha256$400000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$${'ab'.repeat(32)}`

afterAll(() => threads.end())

describe('a hash thread', () => {
  it('tells how long a task took, a foreign hash and its own, so that it can be charged (B7)', async () => {
    const { result, hashes, tookMs } = await threads.run({ kind: 'check', password: 'wrong horse', stored: dear })

    expect(hashes).toBe(1)
    expect(result).toMatchObject({ matches: false, upgraded: null })
    expect(typeof result === 'string' ? null : result.foreignMs).toBeGreaterThan(0)
    expect(tookMs).toBeGreaterThan(typeof result === 'string' ? 0 : (result.foreignMs ?? 0))
  })
})
