// What @node-rs/argon2 alone reaches, eight at a time, at latchkey's cost.
import { hash, verify } from '@node-rs/argon2'

const seconds = Number(process.argv[2])
const password = 'correct horse battery'
const stored = await hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 })
const started = performance.now()
const until = started + seconds * 1000
let done = 0

async function verifyInTurn(): Promise<void> {
  while (performance.now() < until) {
    await verify(stored, password)
    done += 1
  }
}

await Promise.all(Array.from({ length: 8 }, verifyInTurn))
process.send?.(done / ((performance.now() - started) / 1000))
process.disconnect()
