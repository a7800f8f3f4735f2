import { describe, expect, it } from 'vitest'
import { type BunServer, toBunHandler } from '../../src/adapters/bun.ts'
import { requestedPath, socketAddress } from '../../src/http/host-context.ts'

async function told(server: BunServer): Promise<unknown> {
  const handler = toBunHandler((_request, context) =>
    Response.json({ address: socketAddress(context), path: requestedPath(context) }),
  )
  const response = await handler(new Request('http://app.example/login/?next=/a'), server)
  return response.json()
}

describe('toBunHandler', () => {
  it('tells the client’s address and the path', async () => {
    const server = { hostname: '127.0.0.1', requestIP: () => ({ address: '203.0.113.7' }) }

    expect(await told(server)).toEqual({ address: '203.0.113.7', path: '/login/?next=/a' })
  })

  it('tells the address of nobody where the client has gone (row 74)', async () => {
    expect(await told({ hostname: '127.0.0.1', requestIP: () => null })).toMatchObject({ address: '0.0.0.0' })
  })

  it('tells none on a socket without a network (row 74)', async () => {
    expect(await told({ hostname: undefined, requestIP: () => null })).toMatchObject({ address: null })
  })
})
