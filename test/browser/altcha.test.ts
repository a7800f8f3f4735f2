import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../demo/app.ts'
import { type NodeServer, serveNode } from '../../src/adapters/node.ts'
import { altcha } from '../../src/captcha/altcha.ts'
import { createAuth } from '../../src/index.ts'
import { isChromiumMissing, launchChromium } from './chromium.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const password = 'correct horse battery'

let browser: Browser
let server: NodeServer

interface Visit {
  readonly page: Page
  /** What the browser complained about: scripts, styles or requests that the policy doesn't allow, and errors. */
  readonly complaints: string[]
  readonly requests: string[]
}

async function visit(path: string, javaScriptEnabled = true): Promise<Visit> {
  const context = await browser.newContext({ javaScriptEnabled })
  const page = await context.newPage()
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', (message) => {
    const isFavicon = message.location().url.endsWith('/favicon.ico')
    if (['error', 'warning'].includes(message.type()) && !isFavicon) complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(server.url + path)
  return { page, complaints, requests }
}

async function fill(page: Page, typed = password): Promise<void> {
  await page.getByLabel('Username').fill('ann')
  await page.getByLabel('Password').fill(typed)
}

describe.skipIf(isChromiumMissing('altcha in Chromium'))('altcha in Chromium', () => {
  beforeAll(async () => {
    const auth = createAuth({ store: 'memory:', links: { login: '/login/', logout: '/logout/' } })
    await auth.users.create({ username: 'ann', password })
    const app = createApp(auth, altcha({ hmacKey: 'a key for this test, and for no other', cost: 500 }))
    server = await serveNode(app.fetch, { port: 0, signals: false, onClose: auth.close })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await server?.close()
  })

  it('is solved by sending the form, all from the app’s own origin and within its policy (rows 46, 79)', async () => {
    const { page, complaints, requests } = await visit('/login/?next=%2Fprivate%2F')
    await fill(page)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL('**/private/')

    expect(await page.locator('body').textContent()).toContain('Hello ann')
    expect(complaints).toEqual([])
    expect(new Set(requests.map((url) => new URL(url).origin))).toEqual(new Set([server.url]))
    await page.context().close()
  })

  it('is solved by its label, too', async () => {
    const { page, complaints } = await visit('/login/')
    await fill(page)
    await page.getByText("I'm not a robot").click()
    await page.getByText('Verified').waitFor()
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL(`${server.url}/`)

    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('has every file of the widget from an address of its own version', async () => {
    const { page, requests } = await visit('/login/')
    await page.getByText("I'm not a robot").click()
    await page.getByText('Verified').waitFor()
    const addresses = requests.map((url) => new URL(url).searchParams).filter((query) => query.has('altcha'))

    expect(addresses.map((query) => query.get('altcha'))).toContain('worker')
    expect(new Set(addresses.map((query) => query.get('v')))).toEqual(new Set([expect.stringMatching(/^[\w-]{10}$/)]))
    await page.context().close()
  })

  it('is clicked in its middle, where its hook is drawn', async () => {
    const { page } = await visit('/login/')
    await page.locator('altcha-widget input[type=checkbox]').click()
    await page.getByText('Verified').waitFor()

    expect(await page.getByLabel('Verified').isChecked()).toBe(true)
    await page.context().close()
  })

  it('is solved anew after a wrong password', async () => {
    const { page } = await visit('/login/')
    await fill(page, 'not this one')
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.getByRole('alert').waitFor()
    await page.getByLabel('Password').fill(password)
    await page.getByRole('button', { name: 'Log in' }).click()
    await page.waitForURL(`${server.url}/`)

    expect(await page.locator('body').textContent()).toContain('You are logged in as ann')
    await page.context().close()
  })

  it('is solved to register, too', async () => {
    const { page, complaints } = await visit('/register/')
    await page.getByLabel('Username').fill('bob')
    await page.getByLabel('E-mail').fill('bob@example.org')
    await page.getByLabel('Password', { exact: true }).fill('a password of bob')
    await page.getByLabel('Password again').fill('a password of bob')
    await page.getByRole('button', { name: 'Create account' }).click()
    await page.waitForURL('**/login/')

    expect(complaints).toEqual([])
    await page.context().close()
  })

  it('fits 320 px without scrolling sideways', async () => {
    const { page } = await visit('/login/')
    await page.setViewportSize({ width: 320, height: 640 })
    await page.getByText("I'm not a robot").waitFor()

    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    await page.context().close()
  })

  it('has no fault that axe finds', async () => {
    const { page } = await visit('/login/')
    await page.getByText("I'm not a robot").waitFor()
    await page.evaluate(`${axeSource};0`)
    const { violations } = await page.evaluate<AxeResults>('axe.run()')

    expect(violations.map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])).toEqual([])
    await page.context().close()
  })

  it('says what to do without JavaScript, and is refused', async () => {
    const { page, complaints } = await visit('/login/', false)
    const note = await page.locator('.captcha').textContent()
    await fill(page)
    await page.getByRole('button', { name: 'Log in' }).click()

    expect(note).toContain('Please turn on JavaScript')
    expect(await page.getByRole('alert').textContent()).toBe('Please confirm that you are a person.')
    expect(complaints).toEqual([
      'Failed to load resource: the server responded with a status of 422 (Unprocessable Entity)',
    ])
    await page.context().close()
  })
})
