import { describe, expect, it } from 'vitest'
import * as express from '../../src/adapters/express.ts'
import * as fastify from '../../src/adapters/fastify.ts'
import * as node from '../../src/adapters/node.ts'
import { getUser } from '../../src/index.ts'
import { createGuardWorld } from '../guards/guard-app.ts'
import { waysToUser } from './guards.ts'

type Sent = readonly [what: string, method: string, headers: Record<string, string>]

const own = 'https://app.example'
const evil = 'https://evil.example'
const sibling = 'https://other.app.example'
const form = { 'content-type': 'application/x-www-form-urlencoded' }
const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }
const overrides = ['x-http-method-override', 'x-http-method', 'x-method-override']

const refused: readonly Sent[] = [
  ...['POST', 'PUT', 'PATCH', 'DELETE'].flatMap((method): Sent[] => [
    ['another site’s', method, { 'sec-fetch-site': 'cross-site', origin: evil }],
    ['another site’s without an Origin', method, { 'sec-fetch-site': 'cross-site' }],
    ['a sibling’s (B1)', method, { 'sec-fetch-site': 'same-site', origin: sibling }],
    ['a sibling’s without an Origin', method, { 'sec-fetch-site': 'same-site' }],
    ['by Origin alone, another site’s', method, { origin: evil }],
    ['by Origin alone, nobody’s', method, { origin: 'null' }],
    ['by an unknown site', method, { 'sec-fetch-site': 'future', 'sec-fetch-mode': 'cors' }],
    ...overrides.map((name): Sent => [`that says it is a GET by ${name}`, method, { [name]: 'GET', origin: evil }]),
  ]),
  ['another site’s form', 'POST', { ...link, ...form, origin: evil }],
  ['another site’s form that hides where it is from', 'POST', { ...link, ...form, origin: 'null' }],
  ['another site’s form without an Origin', 'POST', { ...link, ...form }],
  ['another site’s WebSocket', 'GET', { upgrade: 'websocket', 'sec-fetch-site': 'cross-site', origin: evil }],
  ['a sibling’s WebSocket', 'GET', { upgrade: 'websocket', 'sec-fetch-site': 'same-site', origin: sibling }],
  ['another site’s WebSocket by an old browser', 'GET', { upgrade: 'websocket', origin: evil }],
  ['a sibling’s form', 'POST', { ...link, ...form, 'sec-fetch-site': 'same-site', origin: sibling }],
]

const letIn: readonly Sent[] = [
  ['a link on another site', 'GET', link],
  ['a link on a sibling', 'GET', { ...link, 'sec-fetch-site': 'same-site' }],
  ['an address that was typed', 'GET', { ...link, 'sec-fetch-site': 'none' }],
  ['its own page', 'GET', { 'sec-fetch-site': 'same-origin', 'sec-fetch-mode': 'cors' }],
  ['an old browser, or a program', 'GET', {}],
  ['its own form', 'POST', { 'sec-fetch-site': 'same-origin', origin: own }],
  ['its own form by an old browser', 'POST', { origin: own }],
  ['a page of its own at an address of another site', 'POST', { 'sec-fetch-site': 'cross-site', origin: own }],
  ['its own WebSocket', 'GET', { upgrade: 'websocket', 'sec-fetch-site': 'same-origin', origin: own }],
  ['a program', 'DELETE', {}],
]

const walk = (all: readonly Sent[]) =>
  waysToUser.flatMap(([name, way]) => all.map(([what, method, headers]) => ({ name, way, what, method, headers })))

describe('every way to a user', () => {
  it.each(walk(refused))('$name gives nobody to $method, $what (rows 37, 38, 54)', async ({ way, method, headers }) => {
    const { auth, events, cookieOf } = await createGuardWorld({ origin: own })
    const response = await way({ auth })('/', { method, headers: { ...headers, cookie: await cookieOf('ann') } })

    expect(response.status).toBe(403)
    expect(events).toContainEqual(expect.objectContaining({ type: 'refused', reason: 'ERR_LATCHKEY_CROSS_SITE' }))
  })

  it.each(walk(letIn))('$name gives the user to $method, $what (row 37)', async ({ way, method, headers }) => {
    const { auth, cookieOf } = await createGuardWorld({ origin: own })
    const response = await way({ auth })('/', { method, headers: { ...headers, cookie: await cookieOf('ann') } })

    expect(response.status).toBe(200)
  })

  it.each([
    ['latchkey', () => getUser(new Request(own))],
    ['express', () => express.getUser(Object.create(null))],
    ['fastify', () => fastify.getUser(Object.assign(Object.create(null), { raw: {} }))],
    ['node', () => node.getUser(Object.create(null))],
  ])('that is behind a guard throws without one: getUser of %s', (_name, ask) => {
    expect(ask).toThrow(/getUser\(\) needs/)
  })
})
