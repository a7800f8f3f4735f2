import type { CountedText, Sentences, Texts, TextValues } from './texts.ts'

/** How a language writes numbers, and which plural goes with each. */
interface NumberWords {
  readonly format: Intl.NumberFormat
  readonly plural: Intl.PluralRules
}

/** Made once for each language: it takes longer than all the rest of a refusal. */
const numberWords = new Map<string, NumberWords>()

/**
 * One of the texts as it is shown: with the values in the place of their names, numbers as its language writes them, and
 * in the plural that goes with the first of them.
 *
 * @example
 * say(auth.texts, 'passwordRules', { minimum: auth.users.passwordPolicy.minimumLength })
 */
export function say(texts: Texts, name: keyof Sentences, values: TextValues = {}): string {
  const text = choosePlural(texts, texts[name], values)
  return text.replaceAll(/\{(\w+)\}/g, (braces: string, value: string) => {
    const put = Object.hasOwn(values, value) ? values[value] : braces
    return typeof put === 'number' ? wordsOf(texts).format.format(put) : (put ?? braces)
  })
}

function choosePlural(texts: Texts, text: CountedText, values: TextValues): string {
  if (typeof text === 'string') return text
  const count = Object.values(values).find((value) => typeof value === 'number')
  return (count === undefined ? null : text[wordsOf(texts).plural.select(count)]) ?? text.other
}

function wordsOf({ language }: Texts): NumberWords {
  const known = numberWords.get(language)
  if (known !== undefined) return known
  const words = { format: new Intl.NumberFormat(language), plural: new Intl.PluralRules(language) }
  numberWords.set(language, words)
  return words
}
