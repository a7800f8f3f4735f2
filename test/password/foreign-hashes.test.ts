import { describe, expect, it } from 'vitest'
import { matchesForeignHash } from '../../src/password/foreign-hashes.ts'
import { whyUnreadable } from '../../src/password/hash-forms.ts'

// PBKDF2: Python's hashlib.pbkdf2_hmac('sha256', password, salt, 1000), written as Django (base64) and Piccolo
// (hexadecimal) write it; both take the salt as text. Argon2: OpenSSL's, by Node's crypto.argon2Sync.
const hashes = {
  django: 'pbkdf2_sha256$1000$qCyBWbbLJNWnMZ2Eck9ZkA$5F+cA4e06MyWLxouETVf/6jtuxVnZKIgot7272KUD+I=',
  piccolo:
    'pbkdf2_sha256$1000$0f1e2d3c4b5a69788796a5b4c3d2e1f0$ae8c4d7364a46e5e5bfee4461dfc446d0e11b505ad8db8f962bc2c7a351c73b2',
  argon2d: '$argon2d$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$yKlBuXMyPSQ2Ltk1+t0pQsoKwkaTMFgDcq5mzUVT8GI',
  argon2i: '$argon2i$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$upMolgTkMlwbVBjdk8MFwkTNVPmQTsViYFz5ZF/pVVg',
  argon2id: '$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA',
  'argon2 of Django':
    'argon2$argon2id$v=19$m=64,t=1,p=8$MDEyMzQ1Njc4OWFiY2RlZg$qFMv04DDbv42FXA3rINWrPkFQo7Lrh7T65H+KV6Wb4k',
}

describe('matchesForeignHash', () => {
  it.each(Object.entries(hashes))('knows the password of %s', (_name, hash) => {
    expect(matchesForeignHash('correct horse', hash)).toBe(true)
  })

  it.each(Object.entries(hashes))('knows a wrong password of %s', (_name, hash) => {
    expect(matchesForeignHash('correct horsf', hash)).toBe(false)
    expect(matchesForeignHash('', hash)).toBe(false)
  })

  it.each([
    '',
    '$',
    'correct horse',
    'pbkdf2_sha256',
    'pbkdf2_sha256$$$',
    'pbkdf2_sha256$0$salt$5F+cA4e06MyWLxouETVf/6jtuxVnZKIgot7272KUD+I=',
    'pbkdf2_sha256$-1$salt$5F+cA4e06MyWLxouETVf/6jtuxVnZKIgot7272KUD+I=',
    'pbkdf2_sha256$1e3$salt$5F+cA4e06MyWLxouETVf/6jtuxVnZKIgot7272KUD+I=',
    'pbkdf2_sha256$1000$salt$',
    'pbkdf2_sha256$1000$salt$00',
    'pbkdf2_sha1$1000$salt$5F+cA4e06MyWLxouETVf/6jtuxVnZKIgot7272KUD+I=',
    '$argon2id$v=19$m=0,t=0,p=0$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA',
    '$argon2id$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZh$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxB',
    '$argon2id$v=19$m=64,t=1,p=1$$',
    '$argon2x$v=19$m=64,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$MjZP1+1U9JUbDWvDvtLyEsZiNXOKEUxfi6O2oe46uxA',
    '!unusable',
    '$2b$12$abcdefghijklmnopqrstuuSxCr6iZ6LQ0Xn0bX6P9cvdbvRYxK7Ae',
  ])('matches nothing with %j, and does not throw', (stored) => {
    expect(matchesForeignHash('correct horse', stored)).toBe(false)
  })

  // Made as those above: each would match, if it were computed.
  it.each([
    ['iterations', 'pbkdf2_sha256$5000001$salt$VVpPuq7uuKgE6xza8uSmnl9Mv0ipSUVnEMC4lBgbWxo='],
    ['memory', '$argon2id$v=19$m=262145,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$EugptMpugRDLLs8adQeShJVAbk6bgMVidahCyKGknmw'],
    ['passes', '$argon2id$v=19$m=136,t=17,p=1$MDEyMzQ1Njc4OWFiY2RlZg$BFQpw20WgbokKcU6QvrBMn+szBACK8Td8oF9Omaz6k8'],
    ['lanes', '$argon2id$v=19$m=136,t=1,p=17$MDEyMzQ1Njc4OWFiY2RlZg$YzcjqQMabWTwSOKSOLUXq9dH85G7VLkW8JaUSD8FYgk'],
  ])('computes nothing with absurdly many %s', (_what, stored) => {
    expect(matchesForeignHash('correct horse', stored)).toBe(false)
  })

  it.each([
    ['the fewest iterations', 'pbkdf2_sha256$1$salt$xOEfG6ymEDJ8fNSD2M6IJ0r8bE5FeVaxgYMnZIVZPek='],
    [
      'the most memory',
      '$argon2id$v=19$m=262144,t=1,p=1$MDEyMzQ1Njc4OWFiY2RlZg$A3Xkut0672GDpyUm+w7uyUBM/gi6Eosc00r0HaBFR24',
    ],
    [
      'the most passes',
      '$argon2id$v=19$m=136,t=16,p=1$MDEyMzQ1Njc4OWFiY2RlZg$tK/uANB/QR3qu3O0qrtf+PjGGNrQ3bwg9dyNg5HFECs',
    ],
    [
      'the most lanes',
      '$argon2id$v=19$m=136,t=1,p=16$MDEyMzQ1Njc4OWFiY2RlZg$+wpya/BsUgIlaJwZUy4xA/4+xr2pvzWjrUhghjxCluY',
    ],
  ])('computes %s', (_what, stored) => {
    expect(matchesForeignHash('correct horse', stored)).toBe(true)
  })

  it.each(Object.entries(hashes))('takes nothing before or behind %s', (_name, hash) => {
    expect(whyUnreadable(hash)).toBeNull()
    expect(whyUnreadable(`x${hash}`)).toBe('unknown_form')
    expect(whyUnreadable(`${hash}!`)).toBe('unknown_form')
  })
})
