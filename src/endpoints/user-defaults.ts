import { ConfigError } from '../errors.ts'
import type { NewUser } from '../user/new-user.ts'

/** What `register()` gives each new user. None of it is taken from what a client sends. */
export type UserDefaults = Pick<NewUser, 'active' | 'admin' | 'superuser' | 'firstName' | 'lastName'>

const isFlag = (value: unknown): boolean => typeof value === 'boolean'
const isName = (value: unknown): boolean => typeof value === 'string' || value === null

const checks: Readonly<Record<keyof UserDefaults, (value: unknown) => boolean>> = {
  active: isFlag,
  admin: isFlag,
  superuser: isFlag,
  firstName: isName,
  lastName: isName,
}

/** @throws {ConfigError} When a member is unknown or of another type. */
export function checkUserDefaults(userDefaults: UserDefaults): void {
  const known = new Map(Object.entries(checks))
  for (const [name, value] of Object.entries(userDefaults)) {
    const check = known.get(name)
    if (check === undefined)
      throw new ConfigError(`userDefaults has no ${name}. It knows ${[...known.keys()].join(', ')}.`)
    if (!check(value))
      throw new ConfigError(`userDefaults.${name} must be ${check === isFlag ? 'true or false' : 'text'}.`)
  }
}
