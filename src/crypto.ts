let loaded: typeof import('node:crypto') | null = null

/** `node:crypto`, loaded where it is first used: with it, importing latchkey would take half as long again. */
export function crypto(): typeof import('node:crypto') {
  loaded ??= process.getBuiltinModule('node:crypto')
  return loaded
}
