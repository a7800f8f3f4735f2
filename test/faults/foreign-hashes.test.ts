import { pbkdf2Sync } from 'node:crypto'
import { expect, it, onTestFinished } from 'vitest'
import { startApp } from './app-process.ts'
import { password, send } from './crowd.ts'
import { tell } from './fault-report.ts'
import { openSqlite } from './storages.ts'
import { createUsers, openAuth } from './world.ts'

const rounds = 1_000_000
/** As many as one account can have refused. */
const tries = 9

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

/** As Django writes it. */
function djangoHash(of: string): string {
  return `pbkdf2_sha256$${rounds}$salt$${pbkdf2Sync(of, 'salt', rounds, 32, 'sha256').toString('base64')}`
}

it('refused logins take as long for a user with a hash of a million rounds as for nobody (B7)', async (context) => {
  const storage = await openSqlite()
  const auth = openAuth(storage)
  await createUsers(auth, 1)
  await auth.users.import({ username: 'imported', passwordHash: djangoHash(password) })
  await auth.users.import({ username: 'composed', passwordHash: djangoHash(password) })
  // It starts after the import: nothing has told it of such hashes.
  const app = await startApp(storage.environment)
  onTestFinished(async () => {
    await app.kill()
    await auth.close()
    await storage.close()
  })

  async function refuse(username: string, typed = 'wrong horse'): Promise<number> {
    const { status, tookMs } = await send(`${app.url}/login/`, { fields: { username, password: typed } })
    expect(status).toBe(401)
    return tookMs
  }
  const nobody: number[] = []
  const own: number[] = []
  const imported: number[] = []
  const composed: number[] = []
  for (let index = 0; index < tries; index++) {
    nobody.push(await refuse(`nobody${index}`))
    imported.push(await refuse('imported'))
    own.push(await refuse('user0'))
    // A password that NFC changes.
    composed.push(await refuse('composed', 'wrong horse cafe\u0301'))
  }

  const [ofNobody, ofOwn, ofImported, ofComposed] = [nobody, own, imported, composed].map(median) as [
    number,
    number,
    number,
    number,
  ]
  tell(
    context,
    `B7 ${tries} refused logins each, medians: ${ofNobody.toFixed(0)} ms for nobody, ${ofOwn.toFixed(0)} ms for a user with ` +
      `latchkey's own hash, ${ofImported.toFixed(0)} ms with ${rounds} rounds of PBKDF2, ${ofComposed.toFixed(0)} ms with a ` +
      `password that NFC changes`,
  )
  const slack = Math.max(40, ofImported / 5)
  expect(Math.abs(ofNobody - ofImported)).toBeLessThan(slack)
  expect(Math.abs(ofOwn - ofImported)).toBeLessThan(slack)
  expect(Math.abs(ofComposed - ofImported)).toBeLessThan(slack)
  // The bare hash takes longer than this: whoever waits for nothing is far away.
  expect(ofNobody).toBeGreaterThan(100)
})
