/* oxlint-disable vitest/expect-expect -- What these bring about is looked at by test/process/canary.test.ts. */
// Leaks of every kind, each on its own: a canary run must see them all.
import { execFile, execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { promisify } from 'node:util'
import { it, vi } from 'vitest'
import { systemClock } from '../../src/clock.ts'
import { ConfigError } from '../../src/errors.ts'
import { createReport } from '../../src/events.ts'
import { redirect } from '../../src/http/responses.ts'
import { hashPassword } from '../../src/password/password.ts'
import { createToken } from '../../src/token/token.ts'

const password = 'correct horse battery'

it('leaks to a console that is kept quiet', () => {
  const print = vi.spyOn(console, 'error').mockImplementation(() => {})
  console.error('Wrong:', { fields: { password } })
  print.mockRestore()
})

it('leaks to the console in Base64', () => {
  console.log(Buffer.from(`ann:${password}`).toString('base64'))
})

it('leaks to the console in hexadecimal digits', () => {
  console.log(Buffer.from(createToken(), 'base64url').toString('hex'))
})

it('leaks to standard output', () => {
  process.stdout.write(`${createToken()}\n`)
})

it('leaks from a program', async () => {
  await promisify(execFile)(process.execPath, ['-e', `console.error('${password}')`], { env: {} })
})

it('leaks from a program that is waited for', () => {
  execFileSync(process.execPath, ['-e', `console.log('${password}')`], { env: {} })
})

it('leaks to an event', () => {
  const error = Object.assign(new Error('The insert failed.'), { parameters: [createToken()] })
  createReport(systemClock, () => {})('error', { error: new Error('The store failed.', { cause: error }) })
})

it('leaks to an error', () => {
  void new ConfigError(`There is no database at postgres://ann:${encodeURIComponent(password)}@db.example`)
})

it('leaks to a body', () => {
  Response.json({ token: createToken() })
})

it('leaks a hash to a body', () => {
  void new Response(JSON.stringify({ username: 'ann', passwordHash: hashPassword(password) }))
})

it('leaks to a header', () => {
  redirect(`/?token=${createToken()}`)
})

it('leaks over HTTP', async () => {
  const server = createServer((_request, response) => {
    response.setHeader('set-cookie', `session=${createToken()}`)
    response.end(createToken())
  })
  const port = await listen(server)
  await (await fetch(`http://127.0.0.1:${port}/`)).text()
  server.close()
})

it('leaks to the file of a database', () => {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-leaks-'))
  using database = new DatabaseSync(join(folder, 'leaky.db'))
  database.exec(`PRAGMA journal_mode = WAL; CREATE TABLE names (name TEXT); INSERT INTO names VALUES ('${password}')`)
  rmSync(folder, { recursive: true })
})

it('leaks to the server of a database', async () => {
  const server = createTcpServer((socket) => socket.resume())
  const port = await listen(server)
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  socket.end(`INSERT INTO sessions VALUES ('${createToken()}')`)
  await once(socket, 'close')
  server.close()
})

it('leaks to the server of a database, from another process', async () => {
  const server = createTcpServer((socket) => socket.resume())
  const port = await listen(server)
  const program = `
    import { createToken } from '${new URL('../../src/token/token.ts', import.meta.url).href}'
    import { connect } from 'node:net'
    const socket = connect(${port}, '127.0.0.1', () => socket.end('SET session ' + createToken()))`
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', program])
  server.close()
})

async function listen(server: ReturnType<typeof createTcpServer>): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const address = server.address() as AddressInfo
  return address.port
}
