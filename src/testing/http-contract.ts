import { afterAll, beforeAll, describe } from 'vitest'
import { accountStories } from './account-stories.ts'
import { browserStories } from './browser-stories.ts'
import { crossSiteStories } from './cross-site-stories.ts'
import { type HttpWorld, type StartHttpContractApp, createHttpWorld } from './http-world.ts'
import { failureStories, programStories } from './program-stories.ts'

/**
 * What a login promises to browsers and to programs, in every framework and every runtime: their stories, each told
 * over HTTP. Runs under Vitest.
 *
 * The app has these paths, over an `Auth` that is set up as `startApp` is told, and else by default:
 *
 * - `/login/`: `sessionLogin({ auth, redirectTo: '/private/' })`
 * - `/logout/`: `sessionLogout({ auth, redirectTo: '/login/' })`
 * - `/register/`: `register({ auth, userDefaults: { active: true } })`
 * - `/change-password/`: `changePassword({ auth })`
 * - `/private/`: a page for users alone that holds the user's name
 * - `/api/me`: for users alone, `{ username }`
 * - `/api/notes`: for users alone; to a POST of `{ text }` as JSON it answers `{ by, text }`, the user's name and the text
 *
 * @param startApp - Starts the app, in this process or in another.
 * @param createDatabase - The URL of an empty database that the app and the contract both can open.
 */
export function httpContract(
  name: string,
  startApp: StartHttpContractApp,
  createDatabase: () => string | Promise<string>,
): void {
  describe(`${name} as a login over HTTP`, () => {
    let world: HttpWorld | null = null

    beforeAll(async () => {
      world = await createHttpWorld(startApp, await createDatabase())
    })
    afterAll(() => world?.close())

    function getWorld(): HttpWorld {
      if (world === null) throw new Error('The app has not started.')
      return world
    }
    browserStories(getWorld)
    accountStories(getWorld)
    programStories(getWorld)
    failureStories(getWorld)
    crossSiteStories(getWorld)
  })
}
