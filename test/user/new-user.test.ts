import { describe, expect, it } from 'vitest'
import { createRecord } from '../../src/user/new-user.ts'

describe('createRecord', () => {
  it('makes none of a name that nobody could log in with: a bug', () => {
    expect(() => createRecord({ username: ' ' }, 'x', new Date(0))).toThrow(
      new TypeError('A name without a key passed the checks.'),
    )
  })
})
