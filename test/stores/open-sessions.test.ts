import { describe, expect, it } from 'vitest'
import { createAuth } from '../../src/index.ts'
import { checkSessionsUrl } from '../../src/stores/open-sessions.ts'
import { ConfigError } from '../../src/errors.ts'

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

  it('points from DATABASE_URL to SESSIONS_URL', () => {
    expect(() => createAuth({ store: 'redis://127.0.0.1' })).toThrow(/SESSIONS_URL/)
  })
})
