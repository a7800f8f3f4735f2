import type { Command } from 'commander'
import { printSentence } from './printable.ts'
import { printSchema } from './print-schema.ts'
import { databaseOf, missingFile, namesOf, withAuth } from './with-auth.ts'

/** Adds `latchkey migrate`. */
export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('create the database where there is none, and bring its tables up to date')
    .option('--print', 'print the statements that make the tables in an empty database, and connect to none')
    .action(async ({ print = false }: { print?: boolean }, command: Command) => {
      if (print) {
        process.stdout.write(printSchema(databaseOf(command), namesOf(command)))
        return
      }
      const created = missingFile(databaseOf(command))
      const outcome = created === null ? 'The tables are up to date.' : `Created ${created}. Its tables are up to date.`
      await withAuth(command, async () => printSentence(outcome), { create: true })
    })
}
