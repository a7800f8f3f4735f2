import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { startApp } from './app-process.ts'
import { audit, check, logIn, startCrowd } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { createLedger } from './ledger.ts'
import { openSqlite } from './storages.ts'
import { createUsers, healAfter, openAuth } from './world.ts'

// A limit on the size of files stands for the full disk: anyone may set and lift it, and the write fails in the system.
it.runIf(process.platform === 'linux')(
  'reads on while the disk is full, refuses writes with 503, and writes on when there is room (F7)',
  async (context) => {
    const storage = await openSqlite()
    const auth = openAuth(storage)
    const usernames = await createUsers(auth, 16)
    const app = await startApp(storage.environment)
    const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
    const ledger = createLedger()
    const limitFiles = (bytes: number | 'unlimited'): unknown =>
      execFileSync('prlimit', ['--pid', String(app.pid()), `--fsize=${bytes}:unlimited`])
    limitFiles(statSync(`${storage.database.url.slice('sqlite:'.length)}-wal`).size)
    const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 50 })
    await pause(seconds(4) * 1000)
    const whenFull = await Promise.all([check(app.url, cookie), logIn(app.url, 'user0')])
    limitFiles('unlimited')
    await healAfter(app.url, cookie)
    const whenFree = await logIn(app.url, 'user0')
    await crowd.disperse()
    await audit(app.url, ledger)
    const [integrity] = await storage.database.run('PRAGMA integrity_check')
    await app.kill()
    await auth.close()
    await storage.close()

    const { unavailable, lost, undone, wrong } = ledger.figures()
    tell(
      context,
      `F7 SQLite on a full disk for ${seconds(4)} s: ${unavailable} writes answered with 503; ${lost} logins lost, ` +
        `${undone} logouts undone; written again at once`,
    )
    expect(whenFull.map(({ status }) => status)).toEqual([200, 503])
    expect(whenFree.status).toBe(303)
    expect({ lost, undone, wrong }).toEqual({ lost: 0, undone: 0, wrong: [] })
    expect(integrity).toEqual({ integrity_check: 'ok' })
  },
)
