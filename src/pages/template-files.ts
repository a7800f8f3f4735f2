import type { Dirent } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ConfigError } from '../errors.ts'
import { fs } from '../files.ts'

/** A template's file, read. */
export interface TemplateFile {
  /** What templates call it in `extends` and `include`: its path from its folder, with `/`. */
  readonly name: string
  readonly path: string
  readonly source: string
}

const builtInFolder = fileURLToPath(new URL('../../templates/', import.meta.url))
const maxBytes = 1024 * 1024
const maxEntries = 10_000

// minijinja escapes by the name's ending. A file that it wouldn't escape isn't a template here.
const escapedEnding = /\.(?:html|htm|xml)(?:\.j2)?$/

/** latchkey's own templates, under their names and, where nothing replaces them, under `latchkey/`. */
export function readBuiltInTemplates(): TemplateFile[] {
  const files = readFolder(builtInFolder)
  return [...files, ...files.map((file) => ({ ...file, name: `latchkey/${file.name}` }))]
}

/**
 * The templates that can be reached from the one at `templatePath`, itself first: all in its folder and those below.
 *
 * @throws {ConfigError} When it isn't there, or its name doesn't end as an HTML file's.
 */
export function readTemplatesBeside(templatePath: string): readonly [TemplateFile, ...TemplateFile[]] {
  const path = resolve(templatePath)
  const name = basename(path)
  if (!escapedEnding.test(name)) {
    throw new ConfigError(`The template ${path} must end in .html or .html.j2: other files are not escaped.`)
  }
  if (fs.statSync(path, { throwIfNoEntry: false })?.isFile() !== true) {
    throw new ConfigError(`The template ${path} isn't there. templatePath is taken from the folder the app starts in.`)
  }
  const others = readFolder(dirname(path)).filter((file) => file.name !== name)
  return [{ name, path, source: fs.readFileSync(path, 'utf8') }, ...others]
}

function readFolder(folder: string): TemplateFile[] {
  const files: TemplateFile[] = []
  const folders = ['']
  let entries = 0
  for (let below = folders.pop(); below !== undefined; below = folders.pop()) {
    for (const entry of fs.readdirSync(join(folder, below), { withFileTypes: true })) {
      const name = `${below}${entry.name}`
      const path = join(folder, name)
      entries += 1
      if (isTemplateFolder(entry)) folders.push(`${name}/`)
      else if (isTemplateFile(path)) files.push({ name, path, source: fs.readFileSync(path, 'utf8') })
    }
    if (entries > maxEntries)
      throw new ConfigError(`Put the templates into a folder of their own: ${folder} is too large.`)
  }
  return files
}

function isTemplateFolder(entry: Dirent): boolean {
  return entry.isDirectory() && entry.name !== 'node_modules' && !entry.name.startsWith('.')
}

function isTemplateFile(path: string): boolean {
  if (!escapedEnding.test(path)) return false
  const stats = fs.statSync(path, { throwIfNoEntry: false })
  return stats !== undefined && stats.isFile() && stats.size <= maxBytes
}
