import type { UserChanges } from './user-store.ts'

const flags = ['active', 'admin', 'superuser'] as const
const names = ['firstName', 'lastName'] as const

/** What was changed of a user, for an event: flags with their values, names without; `null` when nothing was. */
export function changesInWords(changes: UserChanges): string | null {
  const set = flags.flatMap((flag) =>
    changes[flag] === undefined ? [] : [`${flag}=${changes[flag] ? 'true' : 'false'}`],
  )
  const renamed = names.filter((name) => changes[name] !== undefined)
  return [...set, ...renamed].join(',') || null
}
