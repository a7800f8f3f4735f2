// npm run pictures: takes the pictures in docs/images from the demo's own pages, in Chromium.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import type { Browser, Page } from 'playwright-core'
import { createApp } from '../demo/app.ts'
import { serveNode } from '../src/adapters/node.ts'
import { altcha } from '../src/captcha/altcha.ts'
import { createAuth } from '../src/index.ts'
import { launchChromium } from '../test/browser/chromium.ts'

const folder = new URL('images/', import.meta.url).pathname
const username = 'ann'
const password = 'correct horse battery'

async function takePictures(browser: Browser, url: string, colorScheme: 'light' | 'dark'): Promise<void> {
  const context = await browser.newContext({ colorScheme, viewport: { width: 640, height: 520 }, deviceScaleFactor: 2 })
  const page = await context.newPage()

  await page.goto(`${url}/login/`)
  await takePicture(page, `login-${colorScheme}`)
  await logIn(page, 'not this one')
  await takePicture(page, `login-error-${colorScheme}`)
  await logIn(page, password)
  await page.goto(`${url}/change-password/`)
  await takePicture(page, `change-password-${colorScheme}`)
  await page.goto(`${url}/logout/`)
  await takePicture(page, `logout-${colorScheme}`)
  await page.goto(`${url}/register/`)
  await register(page)
  await takePicture(page, `register-error-${colorScheme}`)
  await context.close()
}

async function takeCaptchaPicture(browser: Browser, url: string): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 640, height: 590 }, deviceScaleFactor: 2 })
  const page = await context.newPage()

  await page.goto(`${url}/login/`)
  await page.getByText("I'm not a robot").click()
  await page.getByText('Verified').waitFor()
  // The hook is drawn slowly.
  await page.waitForTimeout(1_000)
  await takePicture(page, 'login-altcha')
  await context.close()
}

async function logIn(page: Page, typed: string): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Password').fill(typed)
  await page.getByRole('button').click()
}

async function register(page: Page): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('E-mail address').fill('bob@example.org')
  await page.getByLabel('Password', { exact: true }).fill('Password1')
  await page.getByLabel('Password again').fill('Password2')
  await page.getByRole('button').click()
}

async function takePicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: `${folder}${name}.png`, fullPage: true })
  console.log(`docs/images/${name}.png`)
}

mkdirSync(folder, { recursive: true })
const auth = createAuth({ store: 'memory:', links: { login: '/login/', logout: '/logout/' } })
await auth.users.create({ username, password })
const server = await serveNode(createApp(auth).fetch, { port: 0, onClose: auth.close })
const captcha = altcha({ hmacKey: randomBytes(32).toString('hex') })
const captchaServer = await serveNode(createApp(auth, captcha).fetch, { port: 0 })
const browser = await launchChromium()
await takePictures(browser, server.url, 'light')
await takePictures(browser, server.url, 'dark')
await takeCaptchaPicture(browser, captchaServer.url)
await browser.close()
await captchaServer.close()
await server.close()
