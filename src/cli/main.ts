#!/usr/bin/env node
import { readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { exitCodeOf, exitCodesHelp, sentenceOf } from './exit-codes.ts'
import { addMigrateCommand } from './migrate-command.ts'
import { printable } from './printable.ts'
import { addSessionCommands } from './session-commands.ts'
import { addUserCommands } from './user-commands.ts'

function createProgram(): Command {
  const program = new Command('latchkey')
    .description('Users and sessions of an app that logs in with latchkey.')
    .version(packageVersion())
    .addOption(
      new Option('--database <url>', 'where users and sessions are kept')
        .env('DATABASE_URL')
        .default('sqlite:latchkey.db'),
    )
    .option('--names <file>', 'a JSON file of the names that its tables and columns have: tables, columns, tablePrefix')
    .addOption(
      new Option('--events <file>', 'a file that is told of each change, by a line of JSON at its end').env(
        'LATCHKEY_EVENTS',
      ),
    )
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ outputError: (text, write) => write(oneLine(text)) })
    .addHelpText('after', exitCodesHelp)
    .exitOverride()

  addUserCommands(program)
  addSessionCommands(program)
  addMigrateCommand(program)
  return program
}

function packageVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8')
  // The package's own file, which npm requires to have a version.
  return (JSON.parse(text) as { version: string }).version
}

/** Commander's message with its suggestion, in the form of latchkey's own. */
function oneLine(text: string): string {
  return `${printable(
    text
      .trim()
      .replace(/^error: /, 'latchkey: ')
      .replaceAll('\n', ' '),
  )}\n`
}

function fail(error: unknown): void {
  const sentence = sentenceOf(error)
  if (sentence !== null) console.error(`latchkey: ${printable(sentence)}`)
  // Not `process.exit()`: what was printed into a pipe may be on its way.
  process.exitCode = exitCodeOf(error)
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // `latchkey user list | head` closes the pipe early, and that is no fault.
  if (error.code === 'EPIPE') process.exit()
  fail(error)
})

try {
  await createProgram().parseAsync()
} catch (error) {
  fail(error)
}
