/** `node:fs`, which an `import` would load with its streams and promises: a seventh of the time that importing latchkey takes. */
export const fs: typeof import('node:fs') = process.getBuiltinModule('node:fs')
