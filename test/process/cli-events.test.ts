import { readFileSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createAuth } from '../../src/index.ts'
import { createFolder, runCli } from './cli-process.ts'

const password = 'correct horse battery'
const input = `${password}\n`
const actor = `cli:${userInfo().username}`

function eventsIn(file: string): { type: string; reason: string | null; actor: string; userId: string }[] {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return lines.map((line) => JSON.parse(line))
}

describe('the command line', () => {
  it('tells each change to the file that --events names, and who made it (row 92, B9)', async () => {
    const folder = createFolder()
    const file = join(folder, 'events.jsonl')
    const run = (args: readonly string[]) => runCli(folder, [...args, '--events', file], { input })
    await run(['user', 'create', 'ann', '--admin', '--password-stdin'])
    const auth = createAuth({ store: `sqlite:${join(folder, 'latchkey.db')}` })
    const ann = await auth.users.findByIdentifier('ann')
    const session = ann && (await auth.sessions.start(ann))
    await auth.close()
    await run(['user', 'list'])
    await run(['session', 'end', 'ann', session?.session.id ?? ''])
    await run(['user', 'set', 'ann', '--no-admin', '--no-active', '--first-name', 'Ann'])
    await run(['user', 'set', 'nobody', '--admin'])
    await run(['session', 'end', 'ann', '--all'])
    await run(['user', 'set-password', 'ann', '--password-stdin'])
    const last = await run(['user', 'delete', 'ann', '--yes'])
    const events = eventsIn(file)

    expect(last).toEqual({ code: 0, stdout: 'Deleted the user ann with all sessions.\n', stderr: '' })
    expect(events.map(({ type, reason }) => [type, reason])).toEqual([
      ['user_created', 'admin=true'],
      ['session_ended', null],
      ['user_changed', 'active=false,admin=false,firstName'],
      ['sessions_ended', null],
      ['password_set', null],
      ['user_deleted', null],
    ])
    expect(new Set(events.map((event) => `${event.actor} ${event.userId}`))).toEqual(new Set([`${actor} ${ann?.id}`]))
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readFileSync(file, 'utf8')).not.toContain(password)
  })

  it('takes the file from LATCHKEY_EVENTS, and does nothing that it couldn’t tell (B9)', async () => {
    const folder = createFolder()
    const create = ['user', 'create', 'ann', '--password-stdin']
    const env = { LATCHKEY_EVENTS: join(folder, 'missing', 'events.jsonl') }
    const refused = await runCli(folder, create, { input, env })
    const listed = await runCli(folder, ['user', 'create', 'ann', '--password-stdin'], {
      input,
      env: { LATCHKEY_EVENTS: join(folder, 'events.jsonl') },
    })

    expect(refused).toEqual({
      code: 1,
      stdout: '',
      stderr: `latchkey: ${env.LATCHKEY_EVENTS} can't be written, so nothing was done: name another file for events.\n`,
    })
    expect(listed.stdout).toBe('Created the user ann.\n')
    expect(eventsIn(join(folder, 'events.jsonl')).map(({ type }) => type)).toEqual(['user_created'])
  })
})
