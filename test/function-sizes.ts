import { parseSync } from 'oxc-parser'

export interface SizedFunction {
  readonly name: string
  /** Its lines of code, without those of functions inside it, and without comments. */
  readonly ownLines: number
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
}

/** The functions of a source that have a body of statements, each with the lines that are its own. */
export function functionsOf(file: string, source: string): SizedFunction[] {
  const { program, comments } = parseSync(file, source)
  const blank = comments.reduce(
    (text, { start, end }) => text.slice(0, start) + text.slice(start, end).replaceAll(/[^\n]/g, ' ') + text.slice(end),
    source,
  )
  const functions: { readonly name: string; readonly node: Node; readonly inside: Node[] }[] = []

  function visit(value: unknown, name: string, inside: readonly Node[][]): void {
    if (Array.isArray(value)) for (const each of value) visit(each, name, inside)
    if (!isNode(value)) return
    const known = nameOf(value) ?? name
    const isFunction =
      /Function/.test(value.type) && 'body' in value && isNode(value.body) && value.body.type === 'BlockStatement'
    const own: Node[] = []
    if (isFunction) {
      inside.at(-1)?.push(value)
      functions.push({ name: known, node: value, inside: own })
    }
    for (const part of Object.values(value)) visit(part, known, isFunction ? [...inside, own] : inside)
  }

  visit(program, file, [])
  const linesOf = ({ start, end }: Node): number =>
    blank
      .slice(start, end)
      .split('\n')
      .filter((line) => line.trim() !== '').length
  return functions.map(({ name, node, inside }) => ({
    name,
    ownLines: inside.reduce((lines, each) => lines - linesOf(each), linesOf(node)),
  }))
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
}

/** What a declaration, a method or a variable calls what is in it. */
function nameOf(node: Node): string | undefined {
  const named = 'id' in node ? node.id : 'key' in node ? node.key : null
  return isNode(named) && 'name' in named && typeof named.name === 'string' ? named.name : undefined
}
