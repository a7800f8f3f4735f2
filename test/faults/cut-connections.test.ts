import { randomBytes } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Auth } from '../../src/index.ts'
import { type AppProcess, startApp } from './app-process.ts'
import { audit, logIn, logOut, password, send, startCrowd } from './crowd.ts'
import { seconds, tell } from './fault-report.ts'
import { type Answer, createLedger } from './ledger.ts'
import { type NetworkStorage, networkKinds } from './storages.ts'
import { countHalves, createUsers, healAfter, openAuth } from './world.ts'

let storage: NetworkStorage
let auth: Auth
let app: AppProcess
let usernames: string[]

/** Something that a client asks for, once it is told all that it needs to know whether it was done. */
interface Deed {
  act(): Promise<Answer>
  /** Whether it was done, as a whole; `null`: by halves. */
  isDone(): Promise<boolean | null>
}

const newPassword = 'staple battery horse'

async function canLogIn(username: string, secret: string): Promise<boolean> {
  return (await auth.users.checkLogin(username, secret)).ok
}

async function isLive(cookie: string): Promise<boolean> {
  return (await auth.sessions.find(cookie.replace('id=', ''))) !== null
}

async function login(): Promise<Deed> {
  const { id, username } = await newUser()
  return { act: () => logIn(app.url, username), isDone: async () => (await auth.sessions.list(id)).length === 1 }
}

async function logout(): Promise<Deed> {
  const { cookie } = await loggedIn()
  return {
    act: () => logOut(app.url, cookie),
    isDone: async () => !(await isLive(cookie)),
  }
}

async function register(): Promise<Deed> {
  const username = newName()
  const fields = { username, email: `${username}@example.org`, password, confirm_password: password }
  return {
    act: () => send(`${app.url}/register/`, { fields }),
    async isDone() {
      const user = await auth.users.findByIdentifier(username)
      if (user === null) return false
      return (await canLogIn(username, password)) || null
    },
  }
}

async function changePassword(): Promise<Deed> {
  const { cookie, username } = await loggedIn()
  const fields = { current_password: password, new_password: newPassword, confirm_new_password: newPassword }
  return {
    act: () => send(`${app.url}/change-password/`, { cookie, fields }),
    async isDone() {
      const [isNew, isOld, isStillLoggedIn] = [
        await canLogIn(username, newPassword),
        await canLogIn(username, password),
        await isLive(cookie),
      ]
      // A password that was changed leaves no session of before.
      if (isNew === isOld || isNew === isStillLoggedIn) return null
      return isNew
    },
  }
}

async function newUser(): Promise<{ readonly id: string; readonly username: string }> {
  const username = newName()
  const { id } = await auth.users.create({ username, password })
  return { id, username }
}

async function loggedIn(): Promise<{ readonly cookie: string; readonly username: string }> {
  const { username } = await newUser()
  const { cookie } = await logIn(app.url, username)
  return { cookie: cookie ?? '', username }
}

function newName(): string {
  return `ann-${randomBytes(6).toString('hex')}`
}

const deeds = [
  ['a login', login],
  ['a logout', logout],
  // Nothing of it is in Redis.
  ['a registration', register],
  ['a change of the password', changePassword],
] as const

interface StepFigures {
  steps: number
  done: number
  notDone: number
  readonly wrong: string[]
}

/** Cuts the connection at one message after the other, to the database and back, until a deed has no more of them. */
async function cutAtEachStep(createDeed: () => Promise<Deed>): Promise<StepFigures> {
  const figures: StepFigures = { steps: 0, done: 0, notDone: 0, wrong: [] }
  for (const direction of ['request', 'answer'] as const) {
    for (let message = 1; ; message += 1) {
      const deed = await createDeed()
      const wasCut = storage.proxy.cutAt(direction, message)
      const { status } = await deed.act()
      if (!wasCut()) break
      figures.steps += 1
      const isDone = await deed.isDone()
      figures[isDone === true ? 'done' : 'notDone'] += 1
      const isAcknowledged = status === 200 || status === 303
      const isRight = isDone !== null && (isAcknowledged ? isDone : status === 503)
      if (!isRight) figures.wrong.push(`${direction} ${message}: ${status}, done: ${isDone}`)
    }
  }
  storage.proxy.cutAt('request', Infinity)
  return figures
}

async function cutUnderLoad(): Promise<number> {
  const until = performance.now() + seconds(3) * 1000
  let cuts = 0
  for (; performance.now() < until; cuts += 1) {
    await pause(10 + Math.random() * 60)
    storage.proxy.cut()
  }
  return cuts
}

for (const { name, isMissing, open } of networkKinds) {
  describe.skipIf(isMissing())(`a server whose connections to ${name} are cut`, () => {
    beforeEach(async () => {
      storage = await open()
      auth = openAuth(storage)
      usernames = await createUsers(auth, 16)
      app = await startApp(storage.environment)
    })

    afterEach(async () => {
      await app.kill()
      await auth.close()
      await storage.close()
    })

    it.for(deeds.filter(([what]) => name !== 'Redis' || what !== 'a registration'))(
      'does the whole of %s or nothing, at whatever step it is cut (F2, F5)',
      async ([what, createDeed], context) => {
        await (await createDeed()).act()
        const { steps, done, notDone, wrong } = await cutAtEachStep(createDeed)

        tell(
          context,
          `F5 ${name} cut at each of ${steps} steps of ${what}: ${done} done, ${notDone} not done, ${wrong.length} otherwise`,
        )
        expect(wrong).toEqual([])
        expect(await countHalves(storage)).toBe(0)
      },
    )

    it('loses nothing that it acknowledged while they are cut at random (F5)', async (context) => {
      const ledger = createLedger()
      const cookie = (await logIn(app.url, 'user0')).cookie ?? ''
      const crowd = startCrowd({ urls: [app.url], usernames, ledger, clients: 32 })
      const cuts = await cutUnderLoad()
      await crowd.disperse()
      await healAfter(app.url, cookie)
      await audit(app.url, ledger)

      const { logins, logouts, lost, undone, wrong, unavailable } = ledger.figures()
      tell(
        context,
        `F5 ${name} cut x${cuts} at random: ${logins} acknowledged logins, ${lost} lost; ${logouts} acknowledged ` +
          `logouts, ${undone} undone; ${unavailable} answers of 503`,
      )
      expect({ lost, undone, wrong }).toEqual({ lost: 0, undone: 0, wrong: [] })
    })
  })
}
