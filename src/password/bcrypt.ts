import { createRequire } from 'node:module'

type Bcrypt = typeof import('@node-rs/bcrypt')

let isThere: boolean | null = null
let loaded: Bcrypt | null = null

/** Whether the package that reads bcrypt is installed: only those install it whose users bring such hashes. */
export function hasBcrypt(): boolean {
  isThere ??= canResolve('@node-rs/bcrypt')
  return isThere
}

function canResolve(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name)
    return true
  } catch {
    return false
  }
}

/** Reads the first 72 bytes of the password alone, as all software does that writes such hashes. */
export function matchesBcrypt(password: string, stored: string): boolean {
  // Late: it is native code, and most threads never meet such a hash.
  loaded ??= createRequire(import.meta.url)('@node-rs/bcrypt') as Bcrypt
  return loaded.verifySync(password, stored)
}
