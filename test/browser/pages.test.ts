import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isChromiumMissing, launchChromium } from './chromium.ts'
import { type PageServer, pages, servePages } from './page-server.ts'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const paths = Object.keys(pages)
const looks = (['light', 'dark'] as const).flatMap((colorScheme) =>
  [320, 1280].map((width) => ({ colorScheme, width })),
)

let browser: Browser | undefined
let server: PageServer
let withScripts: Page
let withoutScripts: Page

/** What the browser reported while a page was open. */
interface Visit {
  readonly page: Page
  /** The whole addresses, less that of the browser's own wish for an icon. */
  readonly requests: string[]
  readonly complaints: string[]
}

async function visit(path: string, page: Page = withScripts): Promise<Visit> {
  const requests: string[] = []
  const complaints: string[] = []
  page.removeAllListeners()
  page.on('request', (request) => requests.push(request.url()))
  page.on('console', (message) => complaints.push(message.text()))
  page.on('pageerror', (error) => complaints.push(error.message))
  await page.emulateMedia({ colorScheme: 'light', forcedColors: 'none' })
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.goto(server.origin + path)
  return { page, requests, complaints }
}

async function axeViolations(page: Page): Promise<string[]> {
  const violations: string[] = []
  for (const { colorScheme, width } of looks) {
    await page.emulateMedia({ colorScheme })
    await page.setViewportSize({ width, height: 800 })
    const results = await page.evaluate<AxeResults>('axe.run()')
    const found = results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
    violations.push(...found.map((violation) => `${colorScheme}, ${width} px: ${violation}`))
  }
  return violations
}

function heightsOf(page: Page, selector: string): Promise<number[]> {
  return page
    .locator(selector)
    .evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().height))
}

async function accessibleDescription(page: Page, selector: string): Promise<unknown> {
  const session = await page.context().newCDPSession(page)
  const { root } = await session.send('DOM.getDocument')
  const { nodeId } = await session.send('DOM.querySelector', { nodeId: root.nodeId, selector })
  const { nodes } = await session.send('Accessibility.getPartialAXTree', { nodeId, fetchRelatives: false })
  await session.detach()
  return nodes[0]?.description?.value
}

describe.skipIf(isChromiumMissing('the pages in Chromium'))('the pages in Chromium', () => {
  beforeAll(async () => {
    server = await servePages()
    browser = await launchChromium()
    withScripts = await browser.newPage()
    withoutScripts = await browser.newPage({ javaScriptEnabled: false })
  })

  afterAll(async () => {
    await browser?.close()
    server.close()
  })

  it.each(paths)('has no fault that axe finds, light and dark, at 320 and 1280 px: %s', async (path) => {
    const { page } = await visit(path)
    await page.evaluate(`${axeSource};0`)

    expect(await axeViolations(page)).toEqual([])
  })

  it('has faults that axe finds when colors are too pale, so that the test above can fail', async () => {
    const { page } = await visit('/login')
    await page.evaluate(`${axeSource};0`)
    await page.evaluate('document.documentElement.style.setProperty("--text", "#888")')

    expect((await axeViolations(page)).join('\n')).toContain('color-contrast')
  })

  it.each(paths)('makes one request and keeps its own policy: %s (row 46)', async (path) => {
    const { requests, complaints } = await visit(path)

    expect(requests).toEqual([server.origin + path])
    expect(complaints).toEqual([])
  })

  it('reports a policy that is broken, so that the test above can fail', async () => {
    const { page, complaints } = await visit('/login')
    await page.evaluate(() => document.body.setAttribute('style', 'color: red'))

    expect(complaints.join(' ')).toContain('Content Security Policy')
  })

  it.each(paths)('applies its stylesheet without JavaScript: %s (row 46)', async (path) => {
    const { page, complaints } = await visit(path, withoutScripts)
    const card = await page.locator('main').boundingBox()

    expect(card?.width).toBe(416)
    expect(complaints).toEqual([])
  })

  it.each(paths)('fits 320 px without scrolling sideways, with text at 200 % too: %s', async (path) => {
    const { page } = await visit(path)
    await page.setViewportSize({ width: 320, height: 640 })
    const width = await page.evaluate('document.documentElement.scrollWidth')

    const session = await page.context().newCDPSession(page)
    await session.send('Page.setFontSizes', { fontSizes: { standard: 32 } })
    const fontSize = await page.evaluate('getComputedStyle(document.body).fontSize')
    const widthAt200 = await page.evaluate('document.documentElement.scrollWidth')
    await session.send('Page.setFontSizes', { fontSizes: { standard: 16 } })
    await session.detach()

    expect([width, fontSize, widthAt200]).toEqual([320, '32px', 320])
  })

  it('has targets of at least 44 px', async () => {
    const { page } = await visit('/login')
    const heights = await heightsOf(page, 'input, button, .links a')

    expect(heights).toHaveLength(5)
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
  })

  it.each([
    ['/login', 'username'],
    ['/login-error', 'password'],
    ['/login-field-errors', 'username'],
    ['/login-password-error', 'password'],
    ['/register', 'username'],
    ['/register-error', 'password'],
    ['/register-field-errors', 'username'],
    ['/change-password', 'current_password'],
    ['/change-password-field-errors', 'current_password'],
  ])('starts typing on %s in the field %s', async (path, name) => {
    const { page } = await visit(path)

    expect(await page.locator('input:focus').getAttribute('name')).toBe(name)
  })

  it('goes through the form in order by the Tab key', async () => {
    const { page } = await visit('/login')
    await page.locator('input:focus').waitFor()
    const order: unknown[] = []
    const step = async (): Promise<void> => {
      order.push(await page.evaluate('document.activeElement.name || document.activeElement.textContent'))
      await page.keyboard.press('Tab')
    }
    await step()
    await step()
    await step()
    await step()
    await step()

    expect(order).toEqual(['username', 'password', 'Log in', 'Forgot your password?', 'Create an account'])
  })

  it('reads out what is wrong with a field', async () => {
    const { page } = await visit('/login-field-errors')

    expect(await page.locator('main').ariaSnapshot()).toContain('- textbox "Username or e-mail address" [invalid]')
    expect(await accessibleDescription(page, '#username')).toBe('Please enter your username or e-mail address.')
    expect(await accessibleDescription(page, '#password')).toBe('Please enter your password.')
  })

  it.each([
    ['/register', '#password'],
    ['/change-password', '#new_password'],
  ])('reads out on %s what a password must be, before one is chosen', async (path, selector) => {
    await visit(path)

    expect(await accessibleDescription(withScripts, selector)).toBe(
      'At least 8 characters. Not a common password, your name or your address.',
    )
  })

  it('reads out what is wrong with a password, and what it must be', async () => {
    await visit('/register-field-errors')

    expect(await accessibleDescription(withScripts, '#password')).toBe(
      'This password is on a list of common ones. Please choose another. ' +
        'At least 8 characters. Not a common password, your name or your address.',
    )
  })

  it.each([
    ['/register', ['username', 'email', 'new-password', 'new-password']],
    ['/change-password', ['username', 'current-password', 'new-password', 'new-password']],
  ])('tells password managers what the fields of %s are for (row 63)', async (path, purposes) => {
    const { page } = await visit(path)
    const tokens = await page
      .locator('input')
      .evaluateAll((inputs) => inputs.map((input) => input.getAttribute('autocomplete')))

    expect(tokens).toEqual(purposes)
  })

  it.each([
    ['with', () => withScripts],
    ['without', () => withoutScripts],
  ])('posts to its own address, query included, %s JavaScript', async (_name, pageOf) => {
    const { page } = await visit('/login-logged-in?next=%2Fprivate%2F', pageOf())
    await page.locator('#username').fill('ann')
    await page.locator('#password').fill('a b&c')
    await page.locator('button').click()
    await page.waitForLoadState()

    expect(await page.locator('body').textContent()).toBe(
      '/login-logged-in?next=%2Fprivate%2F next=%2Fprivate%2F&username=ann&password=a+b%26c',
    )
  })

  it('does not send an empty form', async () => {
    const { page, requests } = await visit('/login')
    await page.locator('button').click()

    expect(await page.evaluate('document.querySelectorAll(":invalid").length')).toBe(3)
    expect(requests).toHaveLength(1)
  })

  it.each(['light', 'dark'] as const)('shows fields, button and focus in high contrast, %s', async (colorScheme) => {
    const { page } = await visit('/login')
    await page.locator('input:focus').waitFor()
    await page.emulateMedia({ forcedColors: 'active', colorScheme })
    const edges = await page
      .locator('main, input, button')
      .evaluateAll((elements) => elements.map((element) => getComputedStyle(element).borderTopWidth))

    expect(edges).toEqual(['1px', '1px', '1px', '1px'])
    expect(await page.locator('#username').evaluate((element) => getComputedStyle(element).outlineWidth)).toBe('3px')
  })
})
