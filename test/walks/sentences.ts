import { type DefaultTreeAdapterTypes, defaultTreeAdapter as tree, parse } from 'parse5'
import type { Sentences, Texts } from '../../src/index.ts'
import type { Answer } from './answer-rules.ts'

type Node = DefaultTreeAdapterTypes.Node

/** Every sentence and label that an answer shows someone. */
export function sentencesOf({ headers, body }: Answer): string[] {
  if (body === '') return []
  return headers.get('content-type')?.startsWith('text/html') ? shownIn(parse(body, options)) : toldIn(JSON.parse(body))
}

/** The names of all texts but of what says which language they are in. */
export function sentenceNames(texts: Texts): (keyof Sentences)[] {
  return (Object.keys(texts) as (keyof Texts)[]).filter((name) => name !== 'language' && name !== 'direction')
}

/** One of the texts, in each of its plurals. */
export function pluralsOf(texts: Texts, name: keyof Sentences): string[] {
  const text = texts[name]
  return typeof text === 'string' ? [text] : Object.values(text)
}

/** The names of those texts that a sentence can be, with whatever is put into them. */
export function namesOf(texts: Texts, sentence: string): string[] {
  return formsOf(texts).flatMap(([name, form]) => (form.test(sentence) ? [name] : []))
}

/** Each text, in each plural, as what fits it. */
function formsOf(texts: Texts): [name: string, form: RegExp][] {
  return sentenceNames(texts).flatMap((name) =>
    pluralsOf(texts, name).map((each): [string, RegExp] => [name, formOf(each)]),
  )
}

function formOf(text: string): RegExp {
  const parts = text.split(/\{\w+\}/).map((part) => part.replaceAll(/[^\w\s]/gu, String.raw`\$&`))
  return new RegExp(`^${parts.join('[\\w.,-]+')}$`)
}

// Without scripts, so that what stands in their place is seen, too.
const options = { scriptingEnabled: false }

function shownIn(node: Node): string[] {
  if (tree.isTextNode(node)) return node.value.trim() === '' ? [] : [node.value.trim()]
  const isShown = 'childNodes' in node && node.nodeName !== 'style'
  return isShown ? node.childNodes.flatMap(shownIn) : []
}

interface Told {
  readonly detail?: string
  readonly errors?: readonly { readonly detail: string }[]
}

/** A problem's detail says again what is wrong with each field, and nothing else. */
function toldIn({ detail, errors = [] }: Told): string[] {
  const ofFields = errors.map((each) => each.detail)
  return detail === undefined || detail === ofFields.join(' ') ? ofFields : [detail, ...ofFields]
}
