import type { NameOptions } from '../../src/stores/sql/names.ts'

/** Another name for every table and column: words of SQL, words in two cases, and columns that swapped their names. */
export function otherNames(prefix: string): Required<Omit<NameOptions, 'tablePrefix'>> {
  return {
    tables: {
      users: `${prefix}Member`,
      sessions: `${prefix}Session`,
      devices: `${prefix}Device`,
      migrations: `${prefix}Migration`,
      leases: `${prefix}Lease`,
    },
    columns: {
      users: {
        id: 'user',
        username: 'email',
        usernameKey: 'loginKey',
        email: 'username',
        emailKey: 'mailKey',
        firstName: 'first',
        lastName: 'last',
        active: 'select',
        admin: 'superuser',
        superuser: 'admin',
        lastLogin: 'seenAt',
        createdAt: 'id',
        sessionGeneration: 'generation',
        passwordHash: 'order',
      },
      sessions: {
        id: 'public_id',
        tokenHash: 'key',
        userId: 'id',
        generation: 'u',
        createdAt: 'from',
        expiresAt: 'to',
        maxExpiresAt: 'expires_at',
      },
      devices: {
        id: 'd',
        tokenHash: 'Hash',
        userId: 'owner',
        generation: 'session_generation',
        createdAt: 'table',
        expiresAt: 'until',
      },
    },
  }
}
