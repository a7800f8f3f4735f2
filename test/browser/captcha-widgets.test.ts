import type { Browser, Page, Route } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createApp } from '../../demo/app.ts'
import { type NodeServer, serveNode } from '../../src/adapters/node.ts'
import { hcaptcha } from '../../src/captcha/hcaptcha.ts'
import { recaptcha } from '../../src/captcha/recaptcha.ts'
import { turnstile } from '../../src/captcha/turnstile.ts'
import { createAuth } from '../../src/index.ts'
import { type ProviderServer, startProvider } from '../captcha/provider-server.ts'
import { isChromiumMissing, launchChromium } from './chromium.ts'

const password = 'correct horse battery'

/** What a provider's script does to a page, as its documentation tells it: all that a policy could forbid. */
interface Widget {
  readonly script: string
  readonly element: string
  readonly field: string
  readonly frame: string
  readonly style?: string
  readonly fetched?: string
}

const widgets: Readonly<Record<string, Widget>> = {
  turnstile: {
    script: 'https://challenges.cloudflare.com/turnstile/v0/api.js',
    element: '.cf-turnstile',
    field: 'cf-turnstile-response',
    frame: 'https://challenges.cloudflare.com/cdn-cgi/frame',
  },
  hcaptcha: {
    script: 'https://js.hcaptcha.com/1/api.js',
    element: '.h-captcha',
    field: 'h-captcha-response',
    frame: 'https://newassets.hcaptcha.com/captcha/v1/frame',
    style: 'https://newassets.hcaptcha.com/style.css',
    fetched: 'https://api.hcaptcha.com/checksiteconfig',
  },
  recaptcha: {
    script: 'https://www.google.com/recaptcha/api.js',
    element: '.g-recaptcha',
    field: 'g-recaptcha-response',
    frame: 'https://www.google.com/recaptcha/api2/anchor',
  },
}
const create = { turnstile, hcaptcha, recaptcha }

let browser: Browser
let provider: ProviderServer
const servers: NodeServer[] = []

async function startApp(name: keyof typeof create): Promise<string> {
  const auth = createAuth({ store: 'memory:' })
  await auth.users.create({ username: 'ann', password })
  const captcha = create[name]({ siteKey: 'site-key', secret: 'secret', verifyUrl: provider.url })
  const server = await serveNode(createApp(auth, captcha).fetch, { port: 0, signals: false, onClose: auth.close })
  servers.push(server)
  return server.url
}

/** The page adds the token as the real widget does when it is solved. */
function toScript({ element, field, frame, style = '', fetched = '' }: Widget, token: string): string {
  return `const element = document.querySelector('${element}')
    if (element.dataset.sitekey !== 'site-key') throw new Error('No site key.')
    const add = (name, properties, parent) => parent.append(Object.assign(document.createElement(name), properties))
    add('iframe', { src: '${frame}' }, element)
    add('textarea', { name: '${field}', value: '${token}', hidden: true }, element)
    if ('${style}') add('link', { rel: 'stylesheet', href: '${style}' }, document.head)
    if ('${fetched}') fetch('${fetched}', { mode: 'no-cors' })`
}

async function answerFor(widget: Widget, token: string, route: Route): Promise<void> {
  const url = route.request().url()
  const answers = new Map([
    [widget.script, { contentType: 'text/javascript', body: toScript(widget, token) }],
    [widget.style ?? '', { contentType: 'text/css', body: '' }],
  ])
  await route.fulfill(answers.get(url) ?? { contentType: 'text/html', body: '' })
}

async function openLogin(name: keyof typeof create): Promise<{ page: Page; complaints: string[]; visited: string[] }> {
  const url = await startApp(name)
  const context = await browser.newContext()
  const complaints: string[] = []
  const visited: string[] = []
  await context.route(/^https:/, async (route) => {
    visited.push(route.request().url())
    await answerFor(widgets[name] as Widget, `good-${name}`, route)
  })
  const page = await context.newPage()
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.location().url.endsWith('/favicon.ico')) complaints.push(message.text())
  })
  page.on('pageerror', ({ message }) => complaints.push(message))
  await page.goto(`${url}/login/`, { waitUntil: 'networkidle' })
  return { page, complaints, visited }
}

describe.skipIf(isChromiumMissing('the widgets of CAPTCHAs in Chromium'))('the page for the widget of', () => {
  beforeAll(async () => {
    provider = await startProvider()
    browser = await launchChromium()
  })

  afterAll(async () => {
    await browser?.close()
    await Promise.all([provider?.close(), ...servers.map((server) => server.close())])
  })

  it.each(['turnstile', 'hcaptcha', 'recaptcha'] as const)(
    '%s allows what it loads, and logs in with its token (rows 46, 79)',
    async (name) => {
      const { script, frame, style, fetched } = widgets[name] as Widget
      const { page, complaints, visited } = await openLogin(name)
      await page.getByLabel('Username').fill('ann')
      await page.getByLabel('Password').fill(password)
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.waitForURL(/:\d+\/$/)

      expect(await page.locator('body').textContent()).toContain('You are logged in as ann')
      expect(complaints).toEqual([])
      expect(visited.toSorted()).toEqual([script, frame, style, fetched].filter((url) => url !== undefined).toSorted())
      await page.context().close()
    },
  )

  it('a provider fits 320 px, though it is wider', async () => {
    const { page } = await openLogin('recaptcha')
    await page.setViewportSize({ width: 320, height: 640 })

    expect((await page.locator('iframe').boundingBox())?.width).toBeGreaterThan(300)
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(320)
    await page.context().close()
  })
})
