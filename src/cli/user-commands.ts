import type { Command } from 'commander'
import type { Auth } from '../auth.ts'
import type { User, UserChanges } from '../user/user-store.ts'
import { RefusedError, UsageError } from './exit-codes.ts'
import { formatJson, toUserJson } from './json.ts'
import { printSentence } from './printable.ts'
import { readNewPassword } from './prompt-password.ts'
import { formatRecord, formatTable } from './table.ts'
import { allUserColumns, userColumns } from './user-columns.ts'
import { requireUser, withAuth } from './with-auth.ts'

const pageSize = 500

interface CreateOptions {
  readonly email?: string
  readonly firstName?: string
  readonly lastName?: string
  readonly admin?: boolean
  readonly superuser?: boolean
  readonly inactive?: boolean
  readonly passwordStdin?: boolean
}

/** Adds `latchkey user` with all that can be done to users. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('users and their passwords')
  addCreate(user)
  addList(user)
  addShow(user)
  addSetPassword(user)
  addSet(user)
  addDelete(user)
}

function addCreate(user: Command): void {
  user
    .command('create <username>')
    .description('create a user, and the database where there is none; asks for the password')
    .option('--email <address>', 'e-mail address')
    .option('--first-name <name>')
    .option('--last-name <name>')
    .option('--admin', 'the user is an admin')
    .option('--superuser', 'the user is a superuser')
    .option('--inactive', "the user can't log in yet")
    .option('--password-stdin', 'read the password from standard input, less one final newline')
    .action(async (username: string, options: CreateOptions, command: Command) => {
      const { email, firstName, lastName, admin = false, superuser = false, inactive = false } = options
      const names = { email: email ?? null, firstName: firstName || null, lastName: lastName || null }
      const password = await readNewPassword(options.passwordStdin)

      await withAuth(
        command,
        async ({ users }) => {
          const created = await users.create({ username, password, ...names, active: !inactive, admin, superuser })
          printSentence(`Created the user ${created.username}.`)
        },
        { create: true },
      )
    })
}

function addList(user: Command): void {
  user
    .command('list')
    .description('list all users, by username')
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { json?: boolean }, command: Command) => {
      await withAuth(command, async (auth) => {
        const users = await listAll(auth)
        if (json) console.log(formatJson(users.map(toUserJson)))
        else console.log(users.length === 0 ? 'There are no users.' : formatTable(userColumns, users))
      })
    })
}

function addShow(user: Command): void {
  user
    .command('show <username-or-email>')
    .description('show one user')
    .option('--json', 'as JSON')
    .action(async (identifier: string, { json = false }: { json?: boolean }, command: Command) => {
      await withAuth(command, async (auth) => {
        const found = await requireUser(auth, identifier)
        console.log(json ? formatJson(toUserJson(found)) : formatRecord(allUserColumns, found))
      })
    })
}

function addSetPassword(user: Command): void {
  user
    .command('set-password <username-or-email>')
    .description('set a password, and end all sessions of the user; asks for the password')
    .option('--password-stdin', 'read the password from standard input, less one final newline')
    .action(async (identifier: string, options: { passwordStdin?: boolean }, command: Command) => {
      await withAuth(command, async (auth) => {
        const { id, username } = await requireUser(auth, identifier)
        const password = await readNewPassword(options.passwordStdin)
        if (!(await auth.users.setPassword(id, password))) throw goneMeanwhile(username)
        printSentence(`Set the password of ${username} and ended all sessions of that user.`)
      })
    })
}

function addSet(user: Command): void {
  user
    .command('set <username-or-email>')
    .description('change what is named, and nothing else')
    .option('--first-name <name>', 'empty for none')
    .option('--last-name <name>', 'empty for none')
    .option('--admin', 'make the user an admin')
    .option('--no-admin', 'or no admin any more')
    .option('--superuser', 'make the user a superuser')
    .option('--no-superuser', 'or no superuser any more')
    .option('--active', 'let the user log in')
    .option('--no-active', 'or not, and end all sessions of the user')
    .action(async (identifier: string, options: UserChanges, command: Command) => {
      if (Object.keys(options).length === 0) throw new UsageError('Name what to change: see latchkey user set --help.')

      await withAuth(command, async (auth) => {
        const { id, username } = await requireUser(auth, identifier)
        if (!(await auth.users.update(id, withoutEmptyNames(options)))) throw goneMeanwhile(username)
        printSentence(`Changed the user ${username}.`)
      })
    })
}

function addDelete(user: Command): void {
  user
    .command('delete <username-or-email>')
    .description('delete a user with all sessions')
    .option('--yes', "needed, since it can't be undone")
    .action(async (identifier: string, { yes = false }: { yes?: boolean }, command: Command) => {
      if (!yes) throw new UsageError("A deleted user can't be brought back. If that is meant, add --yes.")

      await withAuth(command, async (auth) => {
        const { id, username } = await requireUser(auth, identifier)
        if (!(await auth.users.delete(id))) throw goneMeanwhile(username)
        printSentence(`Deleted the user ${username} with all sessions.`)
      })
    })
}

async function listAll({ users }: Auth): Promise<User[]> {
  const all = await users.list({ limit: pageSize })
  let isMore = all.length === pageSize
  while (isMore) {
    const page = await users.list({ limit: pageSize, after: all.at(-1)?.username ?? '' })
    all.push(...page)
    isMore = page.length === pageSize
  }
  return all
}

function withoutEmptyNames({ firstName, lastName, ...flags }: UserChanges): UserChanges {
  return {
    ...flags,
    ...(firstName === undefined ? {} : { firstName: firstName || null }),
    ...(lastName === undefined ? {} : { lastName: lastName || null }),
  }
}

function goneMeanwhile(username: string): RefusedError {
  return new RefusedError(`The user ${username} was deleted meanwhile.`)
}
