import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { loginAs } from '../../src/testing/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'
import { allGuards } from './guards.ts'
import { type Endpoint, clients, endpoints, form, startEndpointApp } from './endpoints.ts'
import { foreignTargets, ownTargets } from './redirect-corpus.ts'

const browser = clients['a browser']
const all = Object.entries(endpoints)
const noUrls = foreignTargets.filter((target) => !/^https?:/i.test(target))

/** Where a browser is led that sends what is right with a `next` of its own, or opens the page with it. */
async function leadsTo(endpoint: Endpoint, query: string, field: Record<string, string>): Promise<string> {
  const app = await startEndpointApp(endpoint)
  const cookie = endpoint.withSession ? (await loginAs(app.auth, app.ann)).headers.cookie : ''
  const request = { ...form({ ...endpoint.right, ...field }), headers: { ...browser, cookie } }
  const response = await app.fetch(endpoint.path + query, request)
  const location = response.headers.get('location')
  if (location === null) throw new Error(`It was answered with ${response.status}.`)
  return location
}

const ways = all.flatMap(([name, endpoint]) => foreignTargets.map((next) => ({ name, endpoint, next })))

describe('every endpoint that redirects', () => {
  it.each(ways)('$name isn’t led astray by the query: $next (rows 31, 32)', async ({ endpoint, next }) => {
    expect(await leadsTo(endpoint, `?${new URLSearchParams({ next })}`, {})).toBe('/private/')
  })

  // A form that is larger isn't read at all.
  it.each(ways.filter(({ next }) => next.length < 16_000))(
    '$name isn’t led astray by a field: $next (rows 31, 32)',
    async ({ endpoint, next }) => {
      expect(await leadsTo(endpoint, '?next=/own', { next })).toBe('/private/')
    },
  )

  it.each(all)('%s isn’t led astray by a `next` that comes twice (row 31)', async (_name, endpoint) => {
    expect(await leadsTo(endpoint, '?next=/a&next=/b', {})).toBe('/private/')
  })
})

describe('sessionLogin', () => {
  it.each(ownTargets)('follows %j to %j, from query and field (row 31)', async (next, path) => {
    const login = endpoints['latchkey sessionLogin'] as Endpoint

    expect(await leadsTo(login, `?${new URLSearchParams({ next })}`, {})).toBe(path)
    expect(await leadsTo(login, '', { next })).toBe(path)
  })
})

describe('every option that redirects', () => {
  it.each(all.flatMap(([name, endpoint]) => noUrls.map((target) => ({ name, endpoint, target }))))(
    'of $name refuses what is neither a path nor a whole URL: $target (row 31)',
    async ({ endpoint, target }) => {
      await expect(startEndpointApp(endpoint, { [endpoint.option]: { redirectTo: target } })).rejects.toThrow(
        ConfigError,
      )
    },
  )

  it.each(allGuards.flatMap(([name, guard]) => noUrls.map((target) => ({ name, guard, target }))))(
    'of $name refuses what is neither a path nor a whole URL: $target (row 31)',
    async ({ guard, target }) => {
      const { auth } = await createGuardWorld()

      expect(await outcomeOf(async () => guard({ auth, loginUrl: target })('/'))).toBeInstanceOf(ConfigError)
    },
  )
})

/** What an act throws, whether or not it waits first. */
async function outcomeOf(act: () => Promise<unknown>): Promise<unknown> {
  return act().catch((error: unknown) => error)
}

const paths = foreignTargets.filter((target) => target.startsWith('/') && target.length < 5_000)

describe('every guard', () => {
  it.each(allGuards.flatMap(([name, guard]) => paths.map((path) => ({ name, guard, path }))))(
    '$name sends a browser to the login, and back to nowhere but home, that asked for $path (row 31)',
    async ({ guard, path }) => {
      const { auth } = await createGuardWorld()
      const asked = 'http://app.example'
      const { headers } = await guard({ auth })(path, { headers: browser })
      const login = new URL(headers.get('location') ?? '', asked)
      const next = login.searchParams.get('next') ?? '/'

      expect(login.origin + login.pathname).toBe(`${asked}/login/`)
      expect(new URL(next, asked).origin).toBe(asked)
      expect(next).toMatch(/^\/(?!\/)[!-~]*$/)
    },
  )
})
