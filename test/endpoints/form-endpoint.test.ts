import { describe, expect, it } from 'vitest'
import { type Outcome, formEndpoint } from '../../src/endpoints/form-endpoint.ts'
import { createAuth } from '../../src/index.ts'
import { memoryStore } from '../../src/stores/memory.ts'
import { browserHeaders } from './login-app.ts'

const program = { 'sec-fetch-site': 'same-origin' }
const asksForJson = { ...program, accept: 'application/json' }
const csp = "default-src 'none'"
const showNext = async () => ({ html: '<p>The second step</p>', csp })

/** What an endpoint whose form comes to this outcome answers. */
async function answerOf(outcome: Outcome, headers: Record<string, string>): Promise<Response> {
  const endpoint = formEndpoint({
    auth: createAuth({ store: memoryStore(), limits: null }),
    show: async () => ({ html: '<p>The first step</p>', csp }),
    submit: async () => outcome,
  })
  return endpoint(new Request('http://localhost/', { method: 'POST', headers, body: new URLSearchParams({ a: 'b' }) }))
}

describe('formEndpoint', () => {
  it('leads a browser on, and a program that doesn’t ask for JSON', async () => {
    const outcome = { goTo: '/private/', body: { message: 'done' } }
    const answers = [await answerOf(outcome, browserHeaders), await answerOf(outcome, program)]

    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
      [303, '/private/'],
      [303, '/private/'],
    ])
  })

  it('tells a program that asks for JSON', async () => {
    const answer = await answerOf({ goTo: '/private/', body: { message: 'done' } }, asksForJson)

    expect([answer.status, await answer.json()]).toEqual([200, { message: 'done' }])
  })

  it('tells whoever has nowhere to go on', async () => {
    const answer = await answerOf({ goTo: null, body: { message: 'done' } }, browserHeaders)

    expect([answer.status, await answer.json()]).toEqual([200, { message: 'done' }])
  })

  it('shows the next step at the same address, with its cookies', async () => {
    const cookies = ['id-flow=x; HttpOnly', 'id-other=y']
    const answer = await answerOf({ goTo: null, body: { message: 'pending' }, show: showNext, cookies }, browserHeaders)

    expect([answer.status, await answer.text()]).toEqual([200, '<p>The second step</p>'])
    expect(answer.headers.getSetCookie()).toEqual(cookies)
    expect(answer.headers.get('content-security-policy')).toBe(csp)
  })

  it('leads whoever is told nothing on, whatever it asks for', async () => {
    const answer = await answerOf({ goTo: '/login/', show: showNext }, asksForJson)

    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/login/'])
  })

  it('sends the headers that belong to an outcome, and its own', async () => {
    const headers = { 'Clear-Site-Data': '"cache"' }
    const answer = await answerOf({ goTo: '/', headers }, browserHeaders)

    expect(answer.headers.get('clear-site-data')).toBe('"cache"')
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })
})
