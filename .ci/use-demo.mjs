// Starts the demo on a database of its own and logs in with the user that it offers.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { start, walkLogin } from './walk-login.mjs'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-demo-'))
const env = { ...process.env, PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'demo.db')}`, NODE_ENV: 'development' }

const demo = start('npm', ['start'], { cwd: join(import.meta.dirname, '..'), env })

try {
  const password = await demo.nextMatch(/demo, password (\S+)$/)
  const url = await demo.nextMatch(/demo on (\S+)$/)
  await walkLogin(url, { username: 'demo', password, privatePath: '/private/' })
  await demo.stop()
  await assert.rejects(fetch(url))
  console.log('It ends when it is told to.')
} finally {
  await demo.stop()
  rmSync(folder, { recursive: true, force: true })
}
