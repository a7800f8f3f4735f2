import { describe, expect, it } from 'vitest'
import { checkPassword, countComputations, hashPassword } from '../../src/password/password.ts'

// Made by OpenSSL, through Node's crypto.argon2Sync.
const current = '$argon2id$v=19$m=19456,t=2,p=1$MDEyMzQ1Njc4OWFiY2RlZg$rk2Mi3E4dgRMg0fHaYaptWVZRKqs//6b6k3/nntqGJk'
const cheaper = '$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA'
const django = 'pbkdf2_sha256$1000$qCyBWbbLJNWnMZ2Eck9ZkA$5F+cA4e06MyWLxouETVf/6jtuxVnZKIgot7272KUD+I='
// Python's hashlib.pbkdf2_hmac over the bytes of 'cafe\u0301 au lait'.
const typedInNfd =
  'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$398bb1bf7f6067f8a41e9d5473060416feffd05c9fe70c9a1cd574730ea5115b'
const currentForm = /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/

describe('hashPassword', () => {
  it('gives argon2id with a salt of 16 bytes, another one each time (row 56)', () => {
    const hash = hashPassword('correct horse')
    expect(hash).toMatch(currentForm)
    expect(hashPassword('correct horse')).not.toBe(hash)
  })
})

describe('checkPassword', () => {
  it('reads a current hash of another implementation, and upgrades nothing (row 56)', () => {
    expect(checkPassword('correct horse', current)).toEqual({ matches: true, upgraded: null })
    expect(checkPassword('correct horsf', current)).toEqual({ matches: false, upgraded: null })
  })

  it('upgrades a hash of a lower cost to one that the password matches (row 56)', () => {
    const { matches, upgraded } = checkPassword('correct horse', cheaper)
    expect(matches).toBe(true)
    expect(upgraded).toMatch(currentForm)
    expect(checkPassword('correct horse', upgraded)).toEqual({ matches: true, upgraded: null })
  })

  it('reads a foreign hash of a password as it was typed, and computes it once (B7)', () => {
    expect(checkPassword('cafe\u0301 au lait', typedInNfd).matches).toBe(true)
    expect(checkPassword('cafe\u0301 au lai', typedInNfd).matches).toBe(false)
    expect(checkPassword('caf\u00e9 au lait', typedInNfd).matches).toBe(false)
  })

  it('tells what a foreign hash took, and nothing where there is none (B7)', () => {
    expect(checkPassword('wrong', django).foreignMs).toBeGreaterThan(0)
    expect(checkPassword('wrong', current)).not.toHaveProperty('foreignMs')
    expect(checkPassword('wrong', null)).not.toHaveProperty('foreignMs')
  })

  it.each([
    ['no user', null],
    ['a lower cost', cheaper],
    ["Django's form", django],
    ['nothing', ''],
    ['the current form with something before it', `x${current}`],
    ['the current form with something behind it', `${current}!`],
  ])('takes a wrong password for none, and upgrades nothing, with %s (row 56)', (_what, stored) => {
    expect(checkPassword('wrong', stored)).toMatchObject({ matches: false, upgraded: null })
  })

  it.each([
    ['no user', null, 'correct horse'],
    ['the current form', current, 'correct horse'],
    ['the current form and a wrong password', current, 'wrong'],
    ['a lower cost', cheaper, 'correct horse'],
    ['a lower cost and a wrong password', cheaper, 'wrong'],
    ["Django's form", django, 'correct horse'],
    ["Django's form and a wrong password", django, 'wrong'],
    ['nothing', '', 'correct horse'],
    ['no hash at all', 'correct horse', 'correct horse'],
    ['the current form, cut short', current.slice(0, -1), 'correct horse'],
    ['the current form with bits left over', `${current.slice(0, -1)}l`, 'correct horse'],
  ])('computes one current hash for %s (row 65)', (_what, stored, password) => {
    const before = countComputations()
    checkPassword(password, stored)
    expect(countComputations() - before).toBe(1)
  })

  it.each([
    ['the last of 64 characters', 'a'.repeat(63)],
    ['the last of 128 characters', 'a'.repeat(127)],
    ['the last of 1,024 characters', 'a'.repeat(1_023)],
    ['what follows a NUL', 'aaaa\u0000aaa'],
    ['a space at the end', 'aaaaaaa '],
  ])('counts %s (row 57)', (_what, start) => {
    const hash = hashPassword(`${start}b`)
    expect(checkPassword(`${start}b`, hash).matches).toBe(true)
    expect(checkPassword(`${start}c`, hash).matches).toBe(false)
  })

  it.each([
    ['a space before', ' aaaaaaaa'],
    ['a space behind', 'aaaaaaaa '],
    ['upper case', 'AAAAAAAA'],
    ['full-width letters', '\uff41'.repeat(8)],
  ])('tells %s from the plain password (row 57)', (_what, other) => {
    expect(checkPassword(other, hashPassword('aaaaaaaa')).matches).toBe(false)
  })

  it('takes NFC and NFD of a password as the same (row 57)', () => {
    expect(checkPassword('cafe\u0301 au lait', hashPassword('caf\u00e9 au lait')).matches).toBe(true)
    expect(checkPassword('caf\u00e9 au lait', hashPassword('cafe\u0301 au lait')).matches).toBe(true)
  })
})
