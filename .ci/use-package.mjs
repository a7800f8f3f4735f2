// Packs latchkey, installs it in a fresh folder and does there what the README and the guides say.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { start, walkLogin } from './walk-login.mjs'

const root = join(import.meta.dirname, '..')
const folder = mkdtempSync(join(tmpdir(), 'latchkey-package-'))
// The fresh folder has no Node of its own, and the system's may be too old.
const env = { ...process.env, PATH: dirname(process.execPath) + delimiter + process.env.PATH, NODE_ENV: 'development' }
const username = 'ann'
const password = 'correct horse battery staple'

const importAlone = `
  import assert from 'node:assert/strict'
  import { createRequire } from 'node:module'
  await import('latchkey')
  assert.deepEqual(Object.keys(createRequire(import.meta.url).cache), [], 'Importing latchkey must load no other package.')
`

function run(command, args, options = {}) {
  console.log(`$ ${command} ${args.join(' ')}`)
  execFileSync(command, args, { cwd: folder, env, stdio: ['pipe', 'inherit', 'inherit'], ...options })
}

function codesOf(page) {
  return [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)].map(([, code]) => code)
}

/** The server of a page's first code, on a port that is free and told. */
function serverOf(page) {
  const [code = ''] = codesOf(page)
  assert.match(code, /^serve\(app\)$/m, `The first code of ${page} must end in serve(app).`)
  const listen = 'serve({ fetch: app.fetch, port: 0 }, ({ port }) => console.log(`port ${port}`))'
  return code.replace(/^serve\(app\)$/m, listen)
}

async function walkServer(page, privatePath) {
  writeFileSync(join(folder, 'server.ts'), serverOf(page))
  const server = start(process.execPath, ['server.ts'], { cwd: folder, env })
  try {
    const port = await server.nextMatch(/^port (\d+)$/)
    await walkLogin(`http://localhost:${port}`, { username, password, privatePath })
  } finally {
    await server.stop()
  }
}

try {
  run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: root })
  const [tarball = ''] = readdirSync(folder)
  run('npm', ['init', '--yes', '--init-type=module', '--silent'])
  run('npm', ['install', '--no-audit', '--no-fund', `./${tarball}`, 'hono', '@hono/node-server'])
  run(process.execPath, ['--input-type=module', '--eval', importAlone])
  run('npx', ['latchkey', 'user', 'create', username, '--password-stdin'], { input: `${password}\n` })
  run('npx', ['latchkey', 'user', 'list'])

  run('npm', ['install', '--no-audit', '--no-fund', '--save-dev', 'vitest'])
  const tests = codesOf('docs/testing.md').filter((code) => /^(?:describe|\w+Contract)\(/m.test(code))
  assert.equal(tests.length, 3)
  for (const [index, code] of tests.entries()) writeFileSync(join(folder, `${index}.test.ts`), code)
  run('npx', ['vitest', 'run', '--reporter=dot'])

  await walkServer('README.md', '/')
  await walkServer('docs/quick-start.md', '/private/')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
