import { clearLine, cursorTo } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import type { Command } from 'commander'
import type { Auth } from '../auth.ts'
import { cleaningLease, isFull } from '../cleaner.ts'
import type { ListedSession } from '../session/sessions.ts'
import { RefusedError, UsageError } from './exit-codes.ts'
import { formatJson, toSessionJson } from './json.ts'
import { printSentence } from './printable.ts'
import { type Column, formatInstant, formatTable } from './table.ts'
import { requireUser, withAuth } from './with-auth.ts'

const columns: readonly Column<ListedSession>[] = [
  ['Id', ({ id }) => id],
  ['Created (UTC)', ({ createdAt }) => formatInstant(createdAt)],
  ['Expires (UTC)', ({ expiresAt }) => formatInstant(expiresAt)],
  ['At the latest (UTC)', ({ maxExpiresAt }) => formatInstant(maxExpiresAt)],
]

const pageSize = 500
const batch = 500
const pauseMs = 10
const otherPauseMs = 200

/** Adds `latchkey session` with all that can be done to sessions. */
export function addSessionCommands(program: Command): void {
  const session = program.command('session').description('sessions of users')
  addList(session)
  addEnd(session)
  addClean(session)
}

function addList(session: Command): void {
  session
    .command('list <username-or-email>')
    .description('list the live sessions of a user, newest first')
    .option('--json', 'as JSON')
    .action(async (identifier: string, { json = false }: { json?: boolean }, command: Command) => {
      await withAuth(command, async (auth) => {
        const { id, username } = await requireUser(auth, identifier)
        const sessions = await listAll(auth, id)
        if (json) console.log(formatJson(sessions.map(toSessionJson)))
        else if (sessions.length === 0) printSentence(`${username} has no sessions.`)
        else console.log(formatTable(columns, sessions))
      })
    })
}

function addEnd(session: Command): void {
  session
    .command('end <username-or-email> [session-id]')
    .description('end one session of a user, or all of them')
    .option('--all', 'end all sessions of the user')
    .action(
      async (identifier: string, id: string | undefined, { all = false }: { all?: boolean }, command: Command) => {
        if ((id === undefined) !== all) throw new UsageError('Name either the id of a session or --all.')

        await withAuth(command, async (auth) => {
          const user = await requireUser(auth, identifier)
          if (id === undefined) {
            await auth.sessions.endAll(user.id)
            printSentence(`Ended all sessions of ${user.username}.`)
          } else {
            const ended = await auth.sessions.endById(user.id, id)
            if (!ended) throw new RefusedError(`${user.username} has no session ${id}.`)
            printSentence(`Ended the session ${id} of ${user.username}.`)
          }
        })
      },
    )
}

function addClean(session: Command): void {
  session
    .command('clean')
    .description('delete sessions that have expired; they count for nothing before that')
    .action(async (_options: object, command: Command) => {
      await withAuth(command, async (auth) => {
        const deleted = await cleanAll(auth)
        showProgress('')
        printSentence(`Deleted ${formatCount(deleted)}.`)
      })
    })
}

async function listAll({ sessions }: Auth, userId: string): Promise<ListedSession[]> {
  const all = await sessions.list(userId, { limit: pageSize })
  let isMore = all.length === pageSize
  while (isMore) {
    const after = all.at(-1)
    const page = await sessions.list(userId, { limit: pageSize, ...(after && { after }) })
    all.push(...page)
    isMore = page.length === pageSize
  }
  return all
}

async function cleanAll({ wiring: { cleaner } }: Auth): Promise<number> {
  let total = 0
  for (;;) {
    while (!(await cleaner.claim(cleaningLease))) {
      showProgress('Another process is cleaning up.')
      await pause(otherPauseMs)
    }
    const deleted = await cleaner.deleteExpired(batch)
    total += deleted.sessions
    if (!isFull(deleted, batch)) {
      await cleaner.claim(0)
      return total
    }
    showProgress(`Deleted ${formatCount(total)} so far.`)
    // The app's own writes get their turn.
    await pause(pauseMs)
  }
}

/** Replaces the line that shows how far a long command is, where there is a terminal to show it. */
function showProgress(text: string): void {
  if (!process.stderr.isTTY) return
  cursorTo(process.stderr, 0)
  clearLine(process.stderr, 1)
  process.stderr.write(text)
}

function formatCount(count: number): string {
  return count === 1 ? '1 expired session' : `${count.toLocaleString('en')} expired sessions`
}
