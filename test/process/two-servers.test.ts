import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type TestDatabase, createPostgresDatabase } from '../databases.ts'
import { isMissing, postgresUrl } from '../servers.ts'
import { findFreePort } from './free-port.ts'
import { isNginxMissing } from './nginx.ts'
import { type RedisServer, isRedisServerMissing, startRedis } from './redis-servers.ts'

const root = join(import.meta.dirname, '../..')
const example = join(root, 'examples/two-servers')
const documentedPorts = ['8080', '3001', '3002']

/** Two servers, each at its own address, and nginx in front of both. */
interface Example {
  readonly urls: { readonly both: string; readonly one: string; readonly other: string }
  /** Kills the first server, as a crash would. */
  killOne(): Promise<void>
  stop(): Promise<void>
}

const isLeftOut =
  (await isMissing('PostgreSQL', postgresUrl)) || isRedisServerMissing('two servers') || isNginxMissing('two servers')

/** Runs the example's own script and configuration, on free ports. */
async function startExample(environment: Record<string, string>): Promise<Example> {
  const ports = [await findFreePort(), await findFreePort(), await findFreePort()]
  const folder = copyExample(ports)
  const child = spawn(join(folder, 'start.sh'), {
    env: { ...process.env, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [both = '', one = '', other = ''] = ports.map((port) => `http://127.0.0.1:${port}`)
  const processId = await findProcessId(child, ports[1] ?? 0)
  await Promise.all([one, other].map(waitFor))
  await waitFor(both)
  return {
    urls: { both, one, other },
    async killOne() {
      process.kill(processId, 'SIGKILL')
      await waitUntilRefused(one)
    },
    async stop() {
      child.kill()
      await once(child, 'exit')
      rmSync(folder, { recursive: true })
    },
  }
}

function copyExample(ports: readonly number[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-two-servers-'))
  for (const name of ['nginx.conf', 'start.sh']) {
    const moved = documentedPorts.reduce(
      (text, documented, index) => text.replaceAll(documented, String(ports[index])),
      readFileSync(join(example, name), 'utf8').replaceAll('../..', root),
    )
    writeFileSync(join(folder, name), moved)
  }
  chmodSync(join(folder, 'start.sh'), 0o755)
  return folder
}

async function findProcessId(child: ChildProcess, port: number): Promise<number> {
  if (child.stdout === null) throw new Error('The script prints nothing.')
  const lines = createInterface(child.stdout)
  const told = Promise.withResolvers<number>()
  lines.on('line', (line) => {
    const [, toldPort, id] = /^The server on (\d+) is process (\d+)\.$/.exec(line) ?? []
    if (Number(toldPort) === port) told.resolve(Number(id))
  })
  lines.on('close', () => told.reject(new Error('The script ended before it told of the process.')))
  return told.promise
}

async function waitFor(url: string): Promise<void> {
  const answer = await fetch(`${url}/login/`).catch(() => null)
  if (answer?.ok === true) return
  await pause(50)
  await waitFor(url)
}

async function waitUntilRefused(url: string): Promise<void> {
  const answer = await fetch(`${url}/login/`).catch(() => null)
  if (answer !== null) await waitUntilRefused(url)
}

const post = (url: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(url, {
    method: 'POST',
    headers: { accept: 'application/json', 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })

describe.skipIf(isLeftOut)('two servers that share a PostgreSQL and a Redis', () => {
  const password = 'correct horse battery'
  let database: TestDatabase
  let redis: RedisServer
  let servers: Example

  beforeAll(async () => {
    database = await createPostgresDatabase()
    redis = await startRedis()
    servers = await startExample({ DATABASE_URL: database.url, SESSIONS_URL: redis.url })
    await register('ann')
  })

  afterAll(async () => {
    await servers?.stop()
    await redis?.stop()
    await database?.drop()
  })

  async function register(username: string): Promise<void> {
    const email = `${username}@app.example`
    await post(`${servers.urls.one}/register/`, { username, email, password, confirm_password: password })
  }

  async function logIn(url: string, username = 'ann'): Promise<{ cookie: string }> {
    const response = await post(`${url}/login/`, { username, password })
    expect(response.status).toBe(200)
    return { cookie: (response.headers.getSetCookie()[0] ?? '').split(';')[0] ?? '' }
  }

  const visit = (url: string, headers: { cookie: string }): Promise<Response> => fetch(`${url}/api/me`, { headers })

  it('both know who logged in at one of them, and nginx asks both', async () => {
    const headers = await logIn(servers.urls.one)
    const visits = [await visit(servers.urls.both, headers), await visit(servers.urls.both, headers)]

    expect(visits.map(({ status }) => status)).toEqual([200, 200])
    expect(new Set(visits.map((response) => response.headers.get('x-served-by'))).size).toBe(2)
  })

  it('refuse at the next request, each, who logged out at the other (rows 6, 15)', async () => {
    const headers = await logIn(servers.urls.one)
    const before = await visit(servers.urls.one, headers)
    await post(`${servers.urls.other}/logout/`, {}, headers)

    expect(before.status).toBe(200)
    expect((await visit(servers.urls.one, headers)).status).toBe(401)
  })

  it('refuse at the next request every session of who changed the password at one of them (rows 19, 22)', async () => {
    await register('bob')
    const [headers, elsewhere] = [await logIn(servers.urls.one, 'bob'), await logIn(servers.urls.other, 'bob')]
    const next = 'another horse battery'
    const fields = { current_password: password, new_password: next, confirm_new_password: next }
    const changed = await post(`${servers.urls.one}/change-password/`, fields, headers)

    expect(changed.status).toBe(200)
    expect((await visit(servers.urls.other, elsewhere)).status).toBe(401)
    expect((await visit(servers.urls.both, elsewhere)).status).toBe(401)
  })

  it('answer every request when one of them is killed, and log nobody out (F1)', async () => {
    const headers = await logIn(servers.urls.one)
    await servers.killOne()
    const visits = await Promise.all(Array.from({ length: 10 }, () => visit(servers.urls.both, headers)))

    expect(visits.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200))
    expect((await visit(servers.urls.both, await logIn(servers.urls.both))).status).toBe(200)
  })
})
