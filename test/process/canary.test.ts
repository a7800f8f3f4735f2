import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const folder = mkdtempSync(join(tmpdir(), 'latchkey-leaks-'))

let code: number
let report: string

// As if it were started from a shell: not itself searched, and neither is the report, which shows the secrets.
beforeAll(async () => {
  const path = join(folder, 'report')
  const file = openSync(path, 'w')
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--config', 'test/canary/leaks.config.ts']
  const env = { ...process.env, NODE_OPTIONS: '' }
  const child = spawn(process.execPath, args, { cwd: root, env, stdio: ['ignore', file, file] })
  ;[code] = await once(child, 'exit')
  closeSync(file)
  report = readFileSync(path, 'utf8')
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

describe('a test run in which secrets leak (rows 2, 3, 93)', () => {
  it('fails', () => {
    expect(code).toBe(1)
    expect(report).toContain('canary: secrets were seen 16 times')
  })

  it.each([
    ['a password or key', 'the console', 'leaks to a console that is kept quiet'],
    ['a password or key', 'the console', 'leaks to the console in Base64'],
    ['a token', 'the console', 'leaks to the console in hexadecimal digits'],
    ['a token', 'the output', 'leaks to standard output'],
    ['a password or key', 'the output of a program', 'leaks from a program'],
    ['a password or key', 'the output of a program', 'leaks from a program that is waited for'],
    ['a token', 'an event', 'leaks to an event'],
    ['a password or key', 'the message of an error', 'leaks to an error'],
    ['a token', 'the body of an answer', 'leaks to a body'],
    ['a password hash', 'the body of an answer', 'leaks a hash to a body'],
    ['a token', 'the header location', 'leaks to a header'],
    ['a token', 'an answer over HTTP', 'leaks over HTTP'],
    ['a password or key', 'the bytes of a database', 'leaks to the file of a database'],
    ['a token', 'what a database is told', 'leaks to the server of a database'],
    ['a token', 'what a database is told', 'leaks to the server of a database, from another process'],
  ])('tells of %s in %s, and of the test: %s', (secret, where, test) => {
    const sighting = report.split('\n\n').find((part) => `${part}\n`.includes(` > ${test}\n`))

    expect(`${sighting?.trim()}\n`).toContain(`canary: ${secret} in ${where}\n`)
  })
})
