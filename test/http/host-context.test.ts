import { describe, expect, it } from 'vitest'
import { hostContext, isUnixSocket, requestedPath, socketAddress } from '../../src/http/host-context.ts'

const nothing: readonly [what: string, context: unknown][] = [
  ['nothing', undefined],
  ['null', null],
  ['text', 'incoming'],
  ['a number', 7],
  ['an empty environment', {}],
  ['an `incoming` that is null', { incoming: null }],
  ['an `incoming` that is text', { incoming: 'url' }],
  ['members of other types', { incoming: { url: 7, originalUrl: {}, socket: { remoteAddress: 7 } } }],
  ['a URL that is no text', { incoming: { url: new URL('http://app.example/a') } }],
  ['a socket that is null', { incoming: { socket: null } }],
]

describe('socketAddress', () => {
  it('tells the address at the other end', () => {
    expect(socketAddress({ incoming: { socket: { remoteAddress: '203.0.113.7' } } })).toBe('203.0.113.7')
  })

  it.each([
    ['is destroyed', { destroyed: true }],
    ['is reset', { destroyed: false, localAddress: '127.0.0.1' }],
    ['is reset, and has forgotten its own', { destroyed: false, server: { address: () => ({ port: 3000 }) } }],
  ])('is that of nobody where the socket %s, for all alike (row 74)', (_how, socket) => {
    expect(socketAddress({ incoming: { socket } })).toBe('0.0.0.0')
  })

  it('is null for a socket without a network', () => {
    expect(socketAddress({ incoming: { socket: { destroyed: false } } })).toBeNull()
  })

  it.each(nothing)('is null where the host passes %s', (_what, context) => {
    expect(socketAddress(context)).toBeNull()
  })
})

describe('isUnixSocket', () => {
  it.each([
    ['one of Node', { destroyed: false }],
    ['one of Node, whose server tells its path', { destroyed: false, server: { address: () => '/run/app.sock' } }],
    ['one of which a host says so', { remoteAddress: 'unix:' }],
  ])('knows %s, which has no address (B2)', (_what, socket) => {
    expect(isUnixSocket({ incoming: { socket } })).toBe(true)
    expect(socketAddress({ incoming: { socket } })).toBeNull()
  })

  it.each([
    ['of a network', { destroyed: false, remoteAddress: '127.0.0.1', localAddress: '127.0.0.1' }],
    ['that is destroyed', { destroyed: true }],
    ['that is reset', { destroyed: false, localAddress: '127.0.0.1' }],
    [
      'that is reset, and has forgotten its own address',
      { destroyed: false, server: { address: () => ({ port: 1 }) } },
    ],
    ['of a host that doesn’t tell', { remoteAddress: undefined }],
    ['of a host that tells nothing at all', {}],
    ['of a host that says something else', { remoteAddress: 'unix:/run/app.sock' }],
  ])('isn’t taken in by one %s (B2)', (_what, socket) => {
    expect(isUnixSocket({ incoming: { socket } })).toBe(false)
  })

  it.each(nothing)('is false where the host passes %s', (_what, context) => {
    expect(isUnixSocket(context)).toBe(false)
  })

  it('knows one of hostContext, where the host tells no address of it', () => {
    expect(isUnixSocket(hostContext(new Request('http://app.example/'), 'unix:'))).toBe(true)
    expect(isUnixSocket(hostContext(new Request('http://app.example/'), null))).toBe(false)
  })
})

describe('requestedPath', () => {
  it('is the path and query that the client sent', () => {
    expect(requestedPath({ incoming: { url: '/login/?next=/a' } })).toBe('/login/?next=/a')
  })

  it('prefers what Express keeps of before a mount', () => {
    expect(requestedPath({ incoming: { url: '/', originalUrl: '/login/' } })).toBe('/login/')
  })

  it.each([
    ['//evil.example/public', '//evil.example/public'],
    ['/\\evil.example/public', '/\\evil.example/public'],
    ['///public', '///public'],
    ['/a/../private', '/a/../private'],
    ['/a/%2e%2e/private', '/a/%2e%2e/private'],
    ['http://other.example/private?a', '/private?a'],
    ['HTTP://other.example/a/../private', '/a/../private'],
    ['/private#/public', '/private'],
    ['/@public', '/@public'],
  ])('reads %s as the path %s, with nothing resolved (row 53)', (url, path) => {
    expect(requestedPath({ incoming: { url } })).toBe(path)
  })

  it.each(['*', '', 'app.example:443', 'http://['])('is null for the target %j, which is no path', (url) => {
    expect(requestedPath({ incoming: { url } })).toBeNull()
  })

  it.each(nothing)('is null where the host passes %s', (_what, context) => {
    expect(requestedPath(context)).toBeNull()
  })
})

describe('hostContext', () => {
  it('tells the address, and the whole path of a request that is cut later', () => {
    const context = hostContext(new Request('http://app.example/login/?next=/a'), '203.0.113.7')

    expect(socketAddress(context)).toBe('203.0.113.7')
    expect(requestedPath(context)).toBe('/login/?next=/a')
  })

  it.each([null, undefined])('tells no address where the host says %s', (address) => {
    expect(socketAddress(hostContext(new Request('http://app.example/'), address))).toBeNull()
  })
})
