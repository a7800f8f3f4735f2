/** How long a statement may take, the waiting for locks included, in milliseconds; a script of Redis as long. */
export const statementLimitMs = 3_000

/** How long to wait for a connection of a pool. */
export const connectLimitMs = 2_000

/** How long a change of the tables may take, and the waiting for another process that makes one. */
export const migrationLimitMs = 60_000
