import { createRequire } from 'node:module'
import type { Environment } from 'minijinja-js'
import { ConfigError } from '../errors.ts'
import { readBuiltInTemplates, readTemplatesBeside, type TemplateFile } from './template-files.ts'

/** Makes a page from its context. */
export type Template = (context: object) => string

interface TemplateSet {
  readonly environment: Environment
  readonly pathOf: ReadonlyMap<string, string>
  /** What is wrong with a file, by its name. It only matters to those who need that file. */
  readonly broken: ReadonlyMap<string, unknown>
}

// About 40 ms of rendering; latchkey's own login page needs a hundredth of it.
const fuel = 200_000

/**
 * Loads a Jinja file. `extends`, `include` and `import` reach the files of its folder and below, and latchkey's own:
 * `base.html` and one for each page, which are always there as `latchkey/…` too.
 *
 * @param samples - Contexts that the template is tried with at once.
 * @throws {ConfigError} When the file, or one that it needs, is missing or broken; says which, and the line.
 */
export function loadTemplate(templatePath: string, samples: readonly object[]): Template {
  const environment = createEnvironment()
  const [entry, ...others] = readTemplatesBeside(templatePath)
  const set = addTemplates(environment, [...readBuiltInTemplates(), ...others, entry])

  if (set.broken.has(entry.name)) throw toConfigError(set, entry.name, set.broken.get(entry.name))
  for (const context of samples) tryTemplate(set, entry.name, context)
  return (context) => environment.renderTemplate(entry.name, context)
}

function createEnvironment(): Environment {
  const require = createRequire(import.meta.url)
  try {
    // The package has no ES module for Node; its types say what is in it.
    const { Environment } = require('minijinja-js') as typeof import('minijinja-js')
    const environment = new Environment()
    environment.fuel = fuel
    environment.enablePyCompat()
    return environment
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    throw new ConfigError('templatePath needs a package that is not installed: npm install minijinja-js', {
      cause: error,
    })
  }
}

function addTemplates(environment: Environment, files: readonly TemplateFile[]): TemplateSet {
  const broken = new Map<string, unknown>()
  const pathOf = new Map<string, string>()
  for (const { name, path, source } of files) {
    if (pathOf.has(name) && name.startsWith('latchkey/')) continue
    pathOf.set(name, path)
    broken.delete(name)
    try {
      environment.addTemplate(name, source)
    } catch (error) {
      environment.removeTemplate(name)
      broken.set(name, error)
    }
  }
  return { environment, pathOf, broken }
}

function tryTemplate(set: TemplateSet, name: string, context: object): void {
  try {
    set.environment.renderTemplate(name, context)
  } catch (error) {
    throw findCause(set, name, context, error)
  }
}

// minijinja names the file that asked for a failing one, not what failed in it: that one is tried alone.
function findCause(set: TemplateSet, name: string, context: object, error: unknown, tried: string[] = []): ConfigError {
  const needed = /"(.+?)" *(?:does not exist)?(?: \(in .+\))?$/.exec(messageOf(error))?.[1]
  if (needed === undefined || tried.includes(needed) || !set.pathOf.has(needed)) return toConfigError(set, name, error)
  if (set.broken.has(needed)) return toConfigError(set, needed, set.broken.get(needed))
  try {
    set.environment.renderTemplate(needed, context)
    return toConfigError(set, name, error)
  } catch (cause) {
    return findCause(set, needed, context, cause, [...tried, needed])
  }
}

function toConfigError(set: TemplateSet, name: string, error: unknown): ConfigError {
  const [, reason, place = name, line] =
    /^(.*?)(?: \(in (.+):(\d+)\))?$/s.exec(messageOf(error).split('\n')[0] ?? '') ?? []
  const path = set.pathOf.get(place) ?? place
  const where = line === undefined ? path : `${path}, line ${line},`
  return new ConfigError(`The template ${where} can't be used: ${reason}.`, { cause: error })
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
