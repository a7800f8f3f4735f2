import { ConfigError } from '../../errors.ts'
import { codeOf } from './network-errors.ts'

/**
 * Imports a package that only those install who use it.
 *
 * @throws {ConfigError} When it isn't installed.
 */
export async function importDriver<Driver>(name: string, load: () => Promise<Driver>): Promise<Driver> {
  try {
    return await load()
  } catch (error) {
    if (!isNotInstalled(error)) throw error
    throw new ConfigError(`The database URL needs a package that is not installed: npm install ${name}`, {
      cause: error,
    })
  }
}

/** Whether a package that was imported isn't there. */
export function isNotInstalled(error: unknown): boolean {
  return codeOf(error) === 'ERR_MODULE_NOT_FOUND'
}
