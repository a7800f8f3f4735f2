/** How what was written gets to the disk. */
export interface Disk {
  /** Waits until it is there. */
  flush(): Promise<void>
  /** Writes it once more, elsewhere: a system may count as written what its last flush failed to write. */
  rewrite(): Promise<void>
}

export interface DiskSync {
  /** Waits until all that was written before the call is on the disk. Throws when it may not be. */
  sync(): Promise<void>
  /** Waits for what is under way, and throws when it may have failed. */
  pending(): Promise<void>
  /** Waits for what is under way, whatever comes of it. */
  settled(): Promise<void>
}

/** Makes a `DiskSync` whose flushes serve everyone who has asked before they begin. */
export function createDiskSync(disk: Disk): DiskSync {
  let hasFailed = false
  let latest: Promise<void> = Promise.resolve()
  let next: Promise<void> | null = null

  async function begin(): Promise<void> {
    next = null
    try {
      await (hasFailed ? disk.rewrite() : disk.flush())
      hasFailed = false
    } catch (error) {
      hasFailed = true
      throw error
    }
  }

  function sync(): Promise<void> {
    // The flush under way may have missed what the caller wrote.
    next ??= latest = latest.then(begin, begin)
    return next
  }

  return {
    sync,
    pending: () => latest.catch(sync),
    async settled() {
      await latest.catch(() => undefined)
    },
  }
}
