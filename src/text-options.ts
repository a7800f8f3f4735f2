import { englishTexts } from './english-texts.ts'
import { ConfigError } from './errors.ts'
import type { Sentences, TextOptions, Texts } from './texts.ts'

/** The texts that carry a number. */
const counted: readonly string[] = [
  'passwordRules',
  'bodyTooLarge',
  'bodyTooManyFields',
  'tooManyTries',
  'usernameUnfit',
  'passwordTooShort',
  'passwordTooLong',
  'fieldTooLong',
] satisfies readonly (keyof Sentences)[]
const categories: readonly string[] = ['zero', 'one', 'two', 'few', 'many', 'other']

/**
 * All texts of an app, in English where it gave none.
 *
 * @throws {ConfigError} When there is no text of a name, it is no text, or the language is none.
 */
export function completeTexts(options: TextOptions): Texts {
  for (const [name, text] of Object.entries(options)) checkText(name, text)
  const given = Object.fromEntries(Object.entries(options).filter(([, text]) => text !== undefined))
  const texts = { ...englishTexts, ...given }
  if (!isLanguage(texts.language)) throw new ConfigError('texts.language is a tag like "de" or "pt-BR" (BCP 47).')
  return texts
}

function checkText(name: string, text: unknown): void {
  if (name === 'errors') {
    throw new ConfigError(
      'texts.errors is no more: give each sentence by its own name, like loginFailed. See docs/errors.md.',
    )
  }
  if (!Object.hasOwn(englishTexts, name)) throw new ConfigError(`texts has no ${name}. englishTexts has all of them.`)
  if (text === undefined || typeof text === 'string') return
  if (!counted.includes(name)) throw new ConfigError(`texts.${name} is text.`)
  if (!isPlural(text)) throw new ConfigError(`texts.${name} is text, or one for each plural: { one: '…', other: '…' }.`)
}

function isPlural(text: unknown): boolean {
  if (typeof text !== 'object' || text === null || !('other' in text)) return false
  return Object.entries(text).every(([category, each]) => categories.includes(category) && typeof each === 'string')
}

function isLanguage(language: string): boolean {
  try {
    return Intl.getCanonicalLocales(language).length === 1
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    return false
  }
}
