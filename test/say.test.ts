import { describe, expect, it } from 'vitest'
import { type Texts, englishTexts, say } from '../src/index.ts'

/** Polish has three plurals, and one for fractions. */
const polish: Texts = {
  ...englishTexts,
  language: 'pl',
  tooManyTries: {
    one: 'Spróbuj ponownie za minutę.',
    few: 'Spróbuj ponownie za {minutes} minuty.',
    many: 'Spróbuj ponownie za {minutes} minut.',
    other: 'Spróbuj ponownie za {minutes} minuty (ułamek).',
  },
}

describe('say', () => {
  it.each([
    [1, 'Spróbuj ponownie za minutę.'],
    [2, 'Spróbuj ponownie za 2 minuty.'],
    [5, 'Spróbuj ponownie za 5 minut.'],
    [22, 'Spróbuj ponownie za 22 minuty.'],
    [1.5, 'Spróbuj ponownie za 1,5 minuty (ułamek).'],
  ])('chooses for %s the plural of its language', (minutes, sentence) => {
    expect(say(polish, 'tooManyTries', { minutes })).toBe(sentence)
  })

  it('says `other` where there is no form for a plural, or no number', () => {
    const texts = { ...polish, tooManyTries: { other: 'Za {minutes} min.' } }

    expect(say(texts, 'tooManyTries', { minutes: 1 })).toBe('Za 1 min.')
    expect(say(texts, 'tooManyTries')).toBe('Za {minutes} min.')
  })

  it.each([
    ['en', 'A password has at most 1,024 characters.'],
    ['de', 'A password has at most 1.024 characters.'],
  ])('writes numbers as %s does', (language, sentence) => {
    expect(say({ ...englishTexts, language }, 'passwordTooLong', { maximum: 1_024 })).toBe(sentence)
  })

  it('puts what it is given in as it is, and leaves what it isn’t given', () => {
    expect(say(englishTexts, 'loggedInAs', { username: '{username} $& {x}' })).toBe(
      'You are logged in as {username} $& {x}.',
    )
    expect(say({ ...englishTexts, loggedInAs: '{constructor} {username}' }, 'loggedInAs', { username: 'ann' })).toBe(
      '{constructor} ann',
    )
  })
})
