import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../demo/app.ts'
import { type NodeServer, serveNode } from '../../src/adapters/node.ts'
import { createAuth } from '../../src/index.ts'
import { isChromiumMissing, launchChromium } from './chromium.ts'

const first = 'correct horse battery'
const second = 'another horse battery'

let browser: Browser
let server: NodeServer

async function openPage(path: string, javaScriptEnabled: boolean): Promise<Page> {
  const context = await browser.newContext({ javaScriptEnabled })
  const page = await context.newPage()
  await page.goto(server.url + path)
  return page
}

async function register(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('E-mail address').fill(`${username}@example.org`)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByLabel('Password again').fill(password)
  await page.getByRole('button', { name: 'Create account' }).click()
}

async function logIn(page: Page, username: string, password: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(password)
  await page.getByRole('button', { name: 'Log in' }).click()
}

async function changePassword(page: Page, current: string, next: string): Promise<void> {
  await page.getByLabel('Current password').fill(current)
  await page.getByLabel('New password', { exact: true }).fill(next)
  await page.getByLabel('New password again').fill(next)
  await page.getByRole('button', { name: 'Change password' }).click()
}

function alertsOf(page: Page): Promise<string[]> {
  return page.locator('.field-error').allTextContents()
}

describe.skipIf(isChromiumMissing('registering in Chromium'))('registering in Chromium', () => {
  beforeAll(async () => {
    const links = { login: '/login/', logout: '/logout/', register: '/register/' }
    const auth = createAuth({ store: 'memory:', links })
    server = await serveNode(createApp(auth).fetch, { port: 0, signals: false })
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser.close()
    await server.close()
  })

  it.each([
    ['with JavaScript', 'ann', true],
    ['without JavaScript', 'bob', false],
  ])('makes a user who logs in, changes the password and logs in again, %s', async (_how, name, javaScript) => {
    const page = await openPage('/login/', javaScript)

    await page.getByRole('link', { name: 'Create an account' }).click()
    await register(page, name, first)
    expect(page.url()).toBe(`${server.url}/login/`)

    await logIn(page, name, first)
    await page.getByRole('link', { name: 'Change your password' }).click()
    await changePassword(page, first, second)
    expect(page.url()).toBe(`${server.url}/login/`)

    await page.goto(`${server.url}/change-password/`)
    expect(page.url()).toBe(`${server.url}/login/?next=%2Fchange-password%2F`)
    await logIn(page, name, second)
    expect(page.url()).toBe(`${server.url}/change-password/`)
  })

  it.each([
    ['with JavaScript', 'carol', true],
    ['without JavaScript', 'dave', false],
  ])('says what is wrong at each field, and keeps what may be kept, %s', async (_how, name, javaScript) => {
    const page = await openPage('/register/', javaScript)
    await register(page, name, 'password')
    expect(await alertsOf(page)).toEqual(['This password is on a list of common ones. Please choose another.'])
    expect(await page.getByLabel('E-mail address').inputValue()).toBe(`${name}@example.org`)
    expect(await page.getByLabel('Password again').inputValue()).toBe('')

    await register(page, name, first)
    await logIn(page, name, first)
    await page.goto(`${server.url}/change-password/`)
    await changePassword(page, 'not this one', second)
    expect(await alertsOf(page)).toEqual(['This is not your current password.'])
    await changePassword(page, first, first)
    expect(await alertsOf(page)).toEqual(['The new password must differ from the current one.'])
  })
})
