import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'

/** Logs in and out as a browser does, and checks each answer. `privatePath` is one that only users reach. */
export async function walkLogin(url, { username, password, privatePath }) {
  const browser = { Accept: 'text/html', Origin: url, 'Sec-Fetch-Site': 'same-origin' }
  function visit(path, { form, cookie } = {}) {
    const body = form && new URLSearchParams(form)
    const headers = cookie === undefined ? browser : { ...browser, Cookie: cookie }
    return fetch(url + path, { method: body ? 'POST' : 'GET', body, headers, redirect: 'manual' })
  }

  const page = await visit('/login/')
  assert.equal(page.status, 200)
  assert.match(await page.text(), /<form[^]*name="username"[^]*name="password"/)
  console.log('The login page is there.')

  assert.equal((await visit(privatePath)).status, 303)
  console.log(`${privatePath} sends a stranger to the login page.`)

  const wrong = await visit('/login/', { form: { username, password: 'wrong password' } })
  assert.equal(wrong.status, 401)
  assert.deepEqual(wrong.headers.getSetCookie(), [])
  console.log('A wrong password is refused.')

  const right = await visit('/login/', { form: { username, password } })
  assert.equal(right.status, 303)
  const [cookie = ''] = right.headers.getSetCookie()[0]?.split(';') ?? []
  assert.match(cookie, /^[^=]+=[\w-]{43}$/)
  console.log('The right one logs in.')

  const greeting = await visit(privatePath, { cookie })
  assert.equal(greeting.status, 200)
  assert.ok((await greeting.text()).includes(username))
  console.log(`${privatePath} greets the user.`)

  const logout = await visit('/logout/', { form: {}, cookie })
  assert.ok(logout.status === 200 || logout.status === 303)
  assert.equal((await visit(privatePath, { cookie })).status, 303)
  console.log('Logging out ends the session.')
}

/**
 * Starts a program in the background, in a group of its own: `stop` ends it and what it has started, as Ctrl+C does.
 * `nextMatch` waits for a line of its output.
 */
export function start(command, args, options) {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'], detached: true, ...options })
  const exited = once(child, 'exit')
  const lines = []
  createInterface({ input: child.stdout }).on('line', (line) => {
    console.log(`  ${line}`)
    lines.push(line)
  })

  async function nextMatch(pattern) {
    for (let tries = 0; tries < 300; tries += 1) {
      const match = lines.map((line) => pattern.exec(line)).find(Boolean)
      if (match) return match[1]
      assert.equal(child.exitCode, null, 'The program ended too early.')
      await setTimeout(100)
    }
    throw new Error(`No line matches ${pattern}.`)
  }

  async function stop() {
    if (child.exitCode !== null || child.signalCode !== null) return
    process.kill(-child.pid, 'SIGINT')
    await exited
  }
  return { nextMatch, stop }
}
