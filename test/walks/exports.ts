import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Every function that the package exports, but for classes: `latchkey/adapters/hono sessionAuth`. */
export async function exportedFunctions(): Promise<string[]> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const modules = Object.entries<{ default?: string }>(exports).filter(([, target]) => target.default !== undefined)
  const names = modules.map(async ([path, { default: file = '' }]) => {
    const source = file.replace('./dist/', '../../src/').replace(/\.js$/, '.ts')
    const values: Record<string, unknown> = await import(source)
    return Object.keys(values)
      .filter((name) => isFunction(values[name]))
      .map((name) => `latchkey${path.slice(1)} ${name}`)
  })
  return (await Promise.all(names)).flat().toSorted()
}

function isFunction(value: unknown): boolean {
  return typeof value === 'function' && !/^class\b/.test(String(value))
}
