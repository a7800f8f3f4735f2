let loading: Promise<ReadonlySet<string>> | undefined

/** Whether a password, its case folded, is one of those that most people choose. */
export async function isBlockedPassword(folded: string): Promise<boolean> {
  loading ??= load()
  return (await loading).has(folded)
}

// Imported here, since most processes that import latchkey set no password.
async function load(): Promise<ReadonlySet<string>> {
  const { blockedPasswords } = await import('./blocked-passwords.ts')
  return new Set(blockedPasswords.split(/\s/))
}
