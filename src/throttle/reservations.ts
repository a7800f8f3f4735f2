import { setTimeout as pause } from 'node:timers/promises'
import { TooManyTriesError } from '../errors.ts'
import type { Budget, Limiter, TakeBack } from './limiter.ts'

/** A place in a budget, taken before it is known whether it counts. */
export interface Reservation {
  /** Leaves it counted. */
  keep(): void
  giveBack(): Promise<void>
}

/** What is counted, and under which key. */
interface Place {
  readonly budget: Budget
  readonly key: string
}

/** Takes places, and waits for those that are reserved alone: nobody is refused for what is still being looked at. */
export interface Reserve {
  /** @throws {TooManyTriesError} When the budget is used up. */
  (place: Place): Promise<Reservation>
  /** Waits until there is a place, and takes none. */
  room(place: { readonly budget: Limiter; readonly key: string }): Promise<void>
}

/** What is reserved under one key in this process. */
interface Reserved {
  count: number
  waiting: number
  /** Settles when the next of them is kept or given back; then there is another one of these. */
  next: PromiseWithResolvers<void>
}

/** How many may wait at a time, of one key and of all. Others are refused at once, so that a flood can't fill the memory. */
const capacityOfKey = 100
const capacity = 1_000

/** When a try looks again for a place that another process may hold, in milliseconds. */
const looksAgainMs = [300, 900]

export function createReserve(): Reserve {
  const reservedByKey = new Map<string, Reserved>()
  let waiting = 0

  async function waitForNext(reserved: Reserved): Promise<void> {
    reserved.waiting += 1
    waiting += 1
    await reserved.next.promise
    reserved.waiting -= 1
    waiting -= 1
  }

  /** What another process has reserved can't be seen from here. Not all who wait look at the same time. */
  async function waitForOthers(ms: number): Promise<void> {
    waiting += 1
    await pause(ms * (0.5 + Math.random()))
    waiting -= 1
  }

  function hold(key: string, takeBack: TakeBack): Reservation {
    const reserved = reservedByKey.get(key) ?? { count: 0, waiting: 0, next: Promise.withResolvers() }
    reserved.count += 1
    reservedByKey.set(key, reserved)

    function end(): void {
      reserved.count -= 1
      if (reserved.count === 0) reservedByKey.delete(key)
      reserved.next.resolve()
      reserved.next = Promise.withResolvers()
    }
    return {
      keep: end,
      giveBack: () => takeBack().finally(end),
    }
  }

  /** Does what needs a place, as soon as there is one. */
  async function whenThereIsRoom<Result>(
    { budget, key }: Place,
    take: (whole: string) => Promise<Result>,
  ): Promise<Result> {
    const whole = budget.prefix + key
    const looks = budget.isShared ? [...looksAgainMs] : []
    for (;;) {
      const before = reservedByKey.get(whole)?.next
      try {
        return await take(whole)
      } catch (error) {
        if (!(error instanceof TooManyTriesError) || waiting >= capacity) throw error
        const reserved = reservedByKey.get(whole)
        if (before !== undefined && before !== reserved?.next) continue
        if (reserved === undefined) {
          const ms = looks.shift()
          if (ms === undefined) throw error
          await waitForOthers(ms)
        } else {
          if (reserved.waiting >= capacityOfKey) throw error
          await waitForNext(reserved)
        }
      }
    }
  }

  async function reserve(place: Place): Promise<Reservation> {
    return whenThereIsRoom(place, async (whole) => hold(whole, await place.budget.count(place.key)))
  }

  return Object.assign(reserve, {
    room: (place: { readonly budget: Limiter; readonly key: string }) =>
      whenThereIsRoom(place, () => place.budget.require(place.key)),
  })
}

/** Takes all, one after the other, or none. */
export async function reserveAll(steps: readonly (() => Promise<Reservation>)[]): Promise<Reservation[]> {
  const taken: Reservation[] = []
  try {
    for (const step of steps) taken.push(await step())
  } catch (error) {
    await giveBackAll(taken)
    throw error
  }
  return taken
}

/** Several as one. */
export async function reserveTogether(steps: readonly (() => Promise<Reservation>)[]): Promise<Reservation> {
  const taken = await reserveAll(steps)
  return {
    keep() {
      for (const reservation of taken) reservation.keep()
    },
    giveBack: () => giveBackAll(taken),
  }
}

/** Each, whatever becomes of the others: somebody may wait for it. */
async function giveBackAll(reservations: readonly Reservation[]): Promise<void> {
  await Promise.all(reservations.map((reservation) => reservation.giveBack()))
}
