import { ConfigError } from '../errors.ts'
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
    if (codeOf(error) !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new ConfigError(`The database URL needs a package that is not installed: npm install ${name}`, {
      cause: error,
    })
  }
}
