import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = join(import.meta.dirname, '../..')
const manifest: { exports: Record<string, { default?: string }> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)

/** A folder of its own, which a recipe finds itself in: its database is there, and the project's packages. */
export interface Kitchen {
  readonly folder: string
  /** Runs the block of code that has these words in it, as it stands, on latchkey's sources; what it exports. */
  cook<Recipe>(page: string, words: string, file?: string): Promise<Recipe>
  close(): void
}

export function openKitchen(): Kitchen {
  const before = process.cwd()
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-recipes-'))
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  process.chdir(folder)

  return {
    folder,
    async cook(page, words, file = `${words.replaceAll(/\W+/g, '-')}.ts`) {
      writeFileSync(join(folder, file), onSources(codeOf(page, words)))
      return import(/* @vite-ignore */ pathToFileURL(join(folder, file)).href)
    },
    close() {
      process.chdir(before)
      rmSync(folder, { recursive: true })
    },
  }
}

function codeOf(page: string, words: string): string {
  const blocks = readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)
  const found = [...blocks].map(([, code = '']) => code).filter((code) => code.includes(words))
  if (found.length !== 1) throw new Error(`${found.length} blocks of ${page} have "${words}" in them.`)
  return found[0] ?? ''
}

/** Where a page says what another of its files has, it is taken from there. */
function onSources(code: string): string {
  return code
    .replaceAll(/^\/\/ What (\S+) has\.\n((?:declare .*\n)+)/gm, (_all, file: string, declared: string) => {
      const names = [...declared.matchAll(/^declare (?:const|function) (\w+)/gm)].map(([, name]) => name)
      return `import { ${names.join(', ')} } from './${file}'\n`
    })
    .replaceAll(/'latchkey(\/.*?)?'/g, (_all, name = '') => `'${sourceOf(`.${name}`)}'`)
}

/** By what package.json exports. */
function sourceOf(name: string): string {
  const built = manifest.exports[name]?.default ?? ''
  return pathToFileURL(join(root, built.replace('dist', 'src').replace(/js$/, 'ts'))).href
}
