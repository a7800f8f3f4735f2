import { describe, expect, it } from 'vitest'
import { formatJson, toSessionJson, toUserJson } from '../../src/cli/json.ts'
import type { Session } from '../../src/session/session-store.ts'
import type { User } from '../../src/user/user-store.ts'

const instant = new Date('2026-11-24T08:15:00.000Z')

const user: User = {
  id: 'u1',
  username: 'ann',
  email: null,
  firstName: 'An\u009bn\u202e"\n',
  lastName: null,
  active: true,
  admin: false,
  superuser: false,
  lastLogin: instant,
  createdAt: instant,
  sessionGeneration: 3,
}

const session: Session = {
  id: 's1',
  tokenHash: 'ab'.repeat(32),
  userId: 'u1',
  generation: 3,
  createdAt: instant,
  expiresAt: instant,
  maxExpiresAt: instant,
}

describe('formatJson', () => {
  it('says the same after parsing', () => {
    expect(JSON.parse(formatJson(toUserJson(user)))).toEqual({
      id: 'u1',
      username: 'ann',
      email: null,
      firstName: 'An\u009bn\u202e"\n',
      lastName: null,
      active: true,
      admin: false,
      superuser: false,
      lastLogin: '2026-11-24T08:15:00.000Z',
      createdAt: '2026-11-24T08:15:00.000Z',
    })
  })

  it('holds no character that steers a terminal', () => {
    expect(formatJson(toUserJson(user))).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u)
  })

  it('shows nothing of the token', () => {
    expect(JSON.parse(formatJson([toSessionJson(session)]))).toEqual([
      {
        id: 's1',
        userId: 'u1',
        createdAt: '2026-11-24T08:15:00.000Z',
        expiresAt: '2026-11-24T08:15:00.000Z',
        maxExpiresAt: '2026-11-24T08:15:00.000Z',
      },
    ])
  })
})
