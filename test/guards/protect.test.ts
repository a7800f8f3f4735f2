import { describe, expect, it } from 'vitest'
import { ConfigError, getUser, protect } from '../../src/index.ts'
import { browser, createGuardWorld } from './guard-app.ts'

describe('protect', () => {
  it('calls the handler with the request and context that came', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const seen: unknown[] = []
    const handler = protect(
      (...args) => {
        seen.push(...args)
        return new Response()
      },
      { auth },
    )
    const request = new Request('http://app.example/', { headers: { cookie: await cookieOf('ann') } })
    const context = { incoming: { url: '/' } }
    await handler(request, context)

    expect(seen[0]).toBe(request)
    expect(seen[1]).toBe(context)
  })

  it('calls the handler for nobody whom it refuses (row 96)', async () => {
    const { auth } = await createGuardWorld()
    let calls = 0
    const handler = protect(
      () => {
        calls += 1
        return new Response()
      },
      { auth },
    )
    await handler(new Request('http://app.example/'))

    expect(calls).toBe(0)
  })

  it('passes on what the handler throws', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const handler = protect(() => Promise.reject(new Error('The app’s own.')), { auth })
    const request = new Request('http://app.example/', { headers: { cookie: await cookieOf('ann') } })

    await expect(handler(request)).rejects.toThrow('The app’s own.')
  })

  it('marks an answer whose headers can’t be changed', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const handler = protect(() => Response.redirect('http://app.example/b'), { auth })
    const response = await handler(new Request('http://app.example/', { headers: { cookie: await cookieOf('ann') } }))

    expect(response.status).toBe(302)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('goes by the path that the client asked for, not by what a mount left of it', async () => {
    const { auth } = await createGuardWorld()
    const handler = protect(() => new Response(), { auth, excludedPaths: ['/api/health', '/secret'] })
    const mounted = (path: string): Promise<Response> =>
      handler(new Request('http://app.example/secret'), { incoming: { url: path } })

    expect((await mounted('/api/health')).status).toBe(200)
    expect((await mounted('/api/secret')).status).toBe(401)
  })

  it('goes by the request’s own path where no host tells another', async () => {
    const { auth } = await createGuardWorld()
    const handler = protect(() => new Response(), { auth, excludedPaths: ['/health'] })

    expect((await handler(new Request('http://app.example/health?a=b'))).status).toBe(200)
    expect((await handler(new Request('http://app.example/a?/health'))).status).toBe(401)
    expect((await handler(new Request('http://app.example//app.example/health'))).status).toBe(401)
  })

  it('leaves no path alone that a host has left unresolved (row 53)', async () => {
    const { auth } = await createGuardWorld()
    const handler = protect(() => new Response(), { auth, excludedPaths: ['/public/*'] })
    // As some hosts give it, which make the URL of a request's first line without parsing it.
    const request = Object.defineProperty(new Request('http://app.example/'), 'url', {
      value: 'http://app.example/private/../public/a',
    })

    expect((await handler(request)).status).toBe(401)
  })

  it('knows no way back where no host tells the path', async () => {
    const { auth } = await createGuardWorld()
    const response = await protect(() => new Response(), { auth })(
      new Request('http://app.example/a', { headers: browser }),
    )

    expect(response.headers.get('location')).toBe('/login/')
  })

  it('refuses a wrong path to exclude with a ConfigError', async () => {
    const { auth } = await createGuardWorld()

    expect(() => protect(() => new Response(), { auth, excludedPaths: ['docs'] })).toThrow(ConfigError)
  })
})

describe('getUser', () => {
  it('throws for a request that no guard saw: a bug', () => {
    expect(() => getUser(new Request('http://app.example/'))).toThrow(/needs protect\(\)/)
  })

  it('throws for a copy of the request, which could be anyone’s', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const handler = protect((request) => Response.json(getUser(new Request(request))), { auth })
    const request = new Request('http://app.example/', { headers: { cookie: await cookieOf('ann') } })

    await expect(handler(request)).rejects.toThrow(/needs protect\(\)/)
  })

  it('tells nothing of the user’s password (row 93)', async () => {
    const { auth, cookieOf } = await createGuardWorld()
    const handler = protect((request) => Response.json(getUser(request)), { auth })
    const response = await handler(new Request('http://app.example/', { headers: { cookie: await cookieOf('ann') } }))

    expect(await response.text()).not.toMatch(/password|hash/i)
  })
})
