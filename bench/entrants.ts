import { getRequest, logIn, loginRequest } from './client.ts'
import type { Contender } from './contenders.ts'
import { cookiesOf, isSeeded, writeSessions } from './seeds.ts'
import { type ServerProcess, startServer } from './server-process.ts'
import type { Run } from './settings.ts'
import type { Entrant } from './turns.ts'

const sessions = 500
/** Of those whose sessions nobody can write for them: each is a login, at each start. */
const logins = 20

/** A server whose sessions are asked for in turn. */
export async function entrantOf(run: Run, contender: Contender): Promise<Entrant> {
  const environment = await run.databases.create(contender.store ?? 'sqlite')
  const cookies = isSeeded(contender) ? cookiesOf(contender, sessions) : null
  if (cookies !== null) {
    const server = await startServer(contender, environment)
    await logIn(server)
    await writeSessions(contender, environment, sessions)
    await server.stop()
  }
  return {
    name: contender.name,
    async start() {
      const server = await startServer(contender, environment)
      const own = contender.store === null ? [''] : (cookies ?? (await logInOften(server)))
      return { server, requests: own.map((cookie) => getRequest('/me', cookie)) }
    },
  }
}

async function logInOften(server: ServerProcess): Promise<string[]> {
  const cookies: string[] = []
  while (cookies.length < logins) cookies.push(await logIn(server))
  return cookies
}

/** A server that is logged in to. */
export async function loginEntrantOf(run: Run, contender: Contender): Promise<Entrant> {
  const environment = await run.databases.create(contender.store ?? 'sqlite')
  return {
    name: contender.name,
    start: async () => ({ server: await startServer(contender, environment), requests: [loginRequest()] }),
  }
}
