import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../demo/app.ts'
import { type NodeServer, serveNode } from '../../src/adapters/node.ts'
import { createAuth } from '../../src/index.ts'
import { isChromiumMissing, launchChromium } from './chromium.ts'

const password = 'correct horse battery'

let browser: Browser
let server: NodeServer

async function openPage(path: string, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled })
  const page = await context.newPage()
  await page.goto(server.url + path)
  return page
}

async function logIn(page: Page, typed: string): Promise<void> {
  await page.getByLabel('Username').fill('ann')
  await page.getByLabel('Password').fill(typed)
  await page.getByRole('button', { name: 'Log in' }).click()
}

describe.skipIf(isChromiumMissing('the login in Chromium'))('the login in Chromium', () => {
  beforeAll(async () => {
    const auth = createAuth({ store: 'memory:', links: { login: '/login/', logout: '/logout/' } })
    await auth.users.create({ username: 'ann', password })
    server = await serveNode(createApp(auth).fetch, { port: 0, signals: false })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('sends a visitor to the login, back to the page asked for, and out again, %s', async (_how, javaScript) => {
    const page = await openPage('/private/', javaScript)
    expect(page.url()).toBe(`${server.url}/login/?next=%2Fprivate%2F`)

    await logIn(page, password)
    expect(page.url()).toBe(`${server.url}/private/`)
    expect(await page.getByRole('main').textContent()).toContain('Hello ann')

    await page.getByRole('link', { name: 'Log out' }).click()
    await page.getByRole('button', { name: 'Log out' }).click()
    expect(await page.getByRole('heading').textContent()).toBe('Successfully logged out')

    await page.goto(`${server.url}/private/`)
    expect(page.url()).toContain('/login/')
  })

  it.each([
    ['with JavaScript', true],
    ['without JavaScript', false],
  ])('keeps the name and the place to go after a wrong password, %s', async (_how, javaScript) => {
    const page = await openPage('/login/?next=/private/', javaScript)

    await logIn(page, 'not this one')
    expect(await page.getByRole('alert').textContent()).toContain('The username or password is incorrect.')
    expect(await page.getByLabel('Username').inputValue()).toBe('ann')
    expect(await page.getByLabel('Password').inputValue()).toBe('')

    await page.getByLabel('Password').fill(password)
    await page.getByLabel('Password').press('Enter')
    expect(page.url()).toBe(`${server.url}/private/`)
  })

  it('accepts the browser’s own form posts without a configured origin (row 37)', async () => {
    const page = await openPage('/login/', true)
    const sent = page.waitForRequest((request) => request.method() === 'POST')

    await logIn(page, password)
    const headers = await (await sent).allHeaders()

    expect([headers['origin'], headers['sec-fetch-site']]).toEqual([server.url, 'same-origin'])
    expect(page.url()).toBe(`${server.url}/`)
  })
})
