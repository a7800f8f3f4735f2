import { ConfigError } from '../errors.ts'
import type { ProtectOptions } from './protect.ts'

const flags = ['adminOnly', 'superuserOnly', 'activeOnly', 'allowUnauthenticated'] as const
const known: readonly string[] = ['auth', ...flags, 'excludedPaths', 'loginUrl'] satisfies (keyof ProtectOptions)[]

/**
 * Of a guard whose options are mistaken nobody hears: it lets through whom it shouldn't.
 *
 * @throws {ConfigError} When an option is unknown, a flag is none, or two contradict each other.
 */
export function checkGuardOptions(options: ProtectOptions): void {
  checkNames(options, known)
  for (const flag of flags) {
    const value: unknown = options[flag]
    if (value !== undefined && typeof value !== 'boolean') throw new ConfigError(`${flag} is true or false.`)
  }
  if (options.adminOnly !== true && options.superuserOnly !== true) return
  if (options.allowUnauthenticated === true) {
    throw new ConfigError(
      'allowUnauthenticated lets everyone through, and adminOnly and superuserOnly do not: leave one of them out.',
    )
  }
  if (options.excludedPaths?.includes('/*') === true) {
    throw new ConfigError(
      '"/*" among excludedPaths leaves every path alone, so that adminOnly and superuserOnly hold nowhere.',
    )
  }
}

/** @throws {ConfigError} When an option is none of these. */
export function checkNames(options: object, names: readonly string[]): void {
  const unknown = Object.keys(options).find((name) => !names.includes(name))
  if (unknown === undefined) return
  throw new ConfigError(`There is no option "${unknown}" here. There are ${names.join(', ')}.`)
}
