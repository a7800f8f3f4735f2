import { ConfigError } from '../errors.ts'

/** Whether a guard leaves a path alone. */
export type IsExcluded = (path: string) => boolean

// A router behind the guard may decode these to path separators, and so see another path than the one compared here.
const disguised = /%(?:25|2e|2f|3b|5c)|[\\;]|\/\/|\/\.{1,2}(?:\/|$)/i

/**
 * @param patterns - Paths, compared exactly, or prefixes that end in `/*`: `/docs/*` is `/docs` and all below it, and
 *   never `/docs-internal`.
 * @throws {ConfigError} When a pattern doesn't start with `/`, or has a `*` elsewhere.
 */
export function createIsExcluded(patterns: readonly string[]): IsExcluded {
  if (!Array.isArray(patterns) || !patterns.every(isPattern)) {
    throw new ConfigError('excludedPaths takes paths like "/health", or prefixes that end in "/*", like "/docs/*".')
  }

  const exact = new Set(patterns)
  const folders = patterns.filter((pattern) => pattern.endsWith('/*')).map((pattern) => pattern.slice(0, -2))

  function isListed(path: string): boolean {
    return exact.has(path) || folders.some((folder) => path === folder || path.startsWith(`${folder}/`))
  }

  return (path) => isListed(path) && !disguised.test(path)
}

function isPattern(pattern: unknown): boolean {
  return typeof pattern === 'string' && /^\/[^*]*$/.test(pattern.replace(/\/\*$/, '/'))
}
