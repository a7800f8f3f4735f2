import { type DefaultTreeAdapterTypes, defaultTreeAdapter as tree, parse } from 'parse5'

type Node = DefaultTreeAdapterTypes.Node

/** An element as a browser would see it. */
export interface SeenElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  /** The text in it, with white space folded. */
  readonly text: string
}

/** What an HTML parser complains about. */
export function parseErrors(html: string): string[] {
  const errors: string[] = []
  parse(html, { onParseError: (error) => errors.push(error.code) })
  return errors
}

/** All elements of a document, in order. */
export function elementsOf(html: string): SeenElement[] {
  return nodesBelow(parse(html))
    .filter((node) => tree.isElementNode(node))
    .map((element) => ({ name: element.tagName, attributes: attributesOf(element), text: fold(textOf(element)) }))
}

/** The elements with this name. */
export function all(html: string, name: string): SeenElement[] {
  return elementsOf(html).filter((element) => element.name === name)
}

/** The attributes of the field with this name. */
export function fieldNamed(html: string, name: string): Readonly<Record<string, string>> {
  const found = all(html, 'input').find(({ attributes }) => attributes['name'] === name)
  if (found === undefined) throw new Error(`There is no field ${name}.`)
  return found.attributes
}

/** The document as lines: attributes sorted, white space folded, blank text left out. */
export function outline(html: string): string[] {
  return linesOf(parse(html), '')
}

function linesOf(node: Node, indent: string): string[] {
  const line = tree.isElementNode(node) ? nameLine(node) : tree.isTextNode(node) ? fold(node.value) : node.nodeName
  const below = 'childNodes' in node ? node.childNodes.flatMap((child) => linesOf(child, `${indent}  `)) : []
  return line === '' ? below : [indent + line, ...below]
}

function nameLine(element: DefaultTreeAdapterTypes.Element): string {
  const attributes = Object.entries(attributesOf(element)).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`)
  return `<${element.tagName}${attributes.toSorted().join('')}>`
}

function attributesOf(element: DefaultTreeAdapterTypes.Element): Record<string, string> {
  return Object.fromEntries(element.attrs.map(({ name, value }) => [name, value]))
}

function nodesBelow(node: Node): Node[] {
  return 'childNodes' in node ? node.childNodes.flatMap((child) => [child, ...nodesBelow(child)]) : []
}

function textOf(node: Node): string {
  return nodesBelow(node)
    .filter((below) => tree.isTextNode(below))
    .map(({ value }) => value)
    .join('')
}

function fold(text: string): string {
  return text.replaceAll(/[ \n]+/g, ' ').trim()
}
