import { describe, expect, it } from 'vitest'
import { createDiskSync } from '../../../src/stores/sqlite/disk-sync.ts'

/** A disk whose work ends when the test says so. */
function slowDisk() {
  const asked: { what: string; done(): void; fail(error: Error): void }[] = []
  const ask = (what: string) => (): Promise<void> => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    asked.push({ what, done: resolve, fail: reject })
    return promise
  }
  const turn = async (): Promise<void> =>
    new Promise((resolve) => {
      setImmediate(resolve)
    })
  return {
    disk: { flush: ask('flush'), rewrite: ask('rewrite') },
    asked: () => asked.map(({ what }) => what),
    async end(index: number) {
      await turn()
      asked[index]?.done()
      await turn()
    },
    async fail(index: number) {
      await turn()
      asked[index]?.fail(new Error('EIO'))
      await turn()
    },
  }
}

async function outcome(promise: Promise<void>): Promise<string> {
  try {
    await promise
    return 'on the disk'
  } catch (error) {
    return String(error)
  }
}

describe('createDiskSync', () => {
  it('serves all who asked before the flush began with one', async () => {
    const { disk, asked, end } = slowDisk()
    const { sync } = createDiskSync(disk)
    const both = Promise.all([sync(), sync()])
    await end(0)
    await both

    expect(asked()).toEqual(['flush'])
  })

  it('flushes again for those who asked while it was flushing, in one go', async () => {
    const { disk, asked, end } = slowDisk()
    const { sync } = createDiskSync(disk)
    const ended: string[] = []
    const first = sync().then(() => ended.push('first'))
    await end(-1)
    const second = sync().then(() => ended.push('second'))
    const third = sync().then(() => ended.push('third'))
    await end(0)

    expect(asked()).toEqual(['flush', 'flush'])
    expect(ended).toEqual(['first'])
    await end(1)
    await Promise.all([first, second, third])
    expect(ended).toEqual(['first', 'second', 'third'])
  })

  it('tells those it failed, and writes anew before it flushes again', async () => {
    const { disk, asked, end, fail } = slowDisk()
    const { sync } = createDiskSync(disk)
    const failed = outcome(sync())
    await fail(0)
    expect(await failed).toBe('Error: EIO')
    const rewritten = sync()
    await end(1)
    await rewritten
    const flushed = sync()
    await end(2)
    await flushed

    expect(asked()).toEqual(['flush', 'rewrite', 'flush'])
  })

  it('goes on failing until the disk takes everything', async () => {
    const { disk, asked, fail } = slowDisk()
    const { sync } = createDiskSync(disk)
    const first = outcome(sync())
    await fail(0)
    const second = outcome(sync())
    await fail(1)
    const third = outcome(sync())
    await fail(2)

    expect(await Promise.all([first, second, third])).toEqual(['Error: EIO', 'Error: EIO', 'Error: EIO'])
    expect(asked()).toEqual(['flush', 'rewrite', 'rewrite'])
  })

  it('settles when what is under way is over, and does not mind that it failed', async () => {
    const { disk, fail } = slowDisk()
    const { sync, settled } = createDiskSync(disk)
    const failed = outcome(sync())
    const over = settled()
    await fail(0)

    expect(await failed).toBe('Error: EIO')
    await expect(over).resolves.toBeUndefined()
  })
})
