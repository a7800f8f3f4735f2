import { describe, expect, it } from 'vitest'
import { createAuth } from '../../../src/index.ts'
import { memoryStore } from '../../../src/stores/memory.ts'
import { checkSessionsUrl, sessionsFromUrl } from '../../../src/stores/redis/sessions-from-url.ts'
import { ConfigError } from '../../../src/errors.ts'

describe('checkSessionsUrl', () => {
  it.each(['redis://127.0.0.1', 'rediss://app:secret@cache.example:6380/1'])('takes %s', (url) => {
    expect(() => checkSessionsUrl(url)).not.toThrow()
  })

  it.each(['redis', 'redis:', 'redis:cache.example', 'postgres://ann:secret@db.example', 'redis://ann:se cret@x:y'])(
    'names the kind that it knows instead of %j, and repeats nothing of it (row 93)',
    (url) => {
      expect(() => checkSessionsUrl(url)).toThrow(ConfigError)
      expect(() => checkSessionsUrl(url)).toThrow(/redis:\/\/user:password@host/)
      expect(() => checkSessionsUrl(url)).not.toThrow(/ann|se ?cret|example/)
    },
  )
})

describe('createAuth with sessionsUrl', () => {
  it('refuses a wrong one at creation', () => {
    expect(() => createAuth({ store: 'memory:', sessionsUrl: 'memory:' })).toThrow(ConfigError)
  })

  it('refuses it beside a store whose sessions have a place of their own (B6)', async () => {
    const sessions = await sessionsFromUrl('redis://127.0.0.1')
    const create = (): unknown =>
      createAuth({ store: { ...memoryStore(), sessions }, sessionsUrl: 'redis://127.0.0.1' })

    expect(create).toThrow(ConfigError)
    expect(create).toThrow(/leave sessionsUrl out/)
  })

  it('takes it beside a store with sessions of its own, which it replaces', () => {
    expect(() => createAuth({ store: memoryStore(), sessionsUrl: 'redis://127.0.0.1' })).not.toThrow()
  })

  it('points from DATABASE_URL to SESSIONS_URL', () => {
    expect(() => createAuth({ store: 'redis://127.0.0.1' })).toThrow(/SESSIONS_URL/)
  })
})
