import { afterAll, describe } from 'vitest'
import { httpContract } from '../../src/testing/http-contract.ts'
import { type TestDatabase, databaseKinds } from '../databases.ts'
import { onNode, startExample } from './example.ts'

// With SQLite, they are told in every framework.
for (const { name, isMissing, createDatabase } of databaseKinds.filter((kind) => kind.name !== 'SQLite')) {
  describe.skipIf(await isMissing())(`a database of ${name}`, () => {
    let database: TestDatabase | null = null

    afterAll(() => database?.drop())

    httpContract(
      `node:http with ${name}`,
      (settings) => startExample(onNode('node'), settings),
      async () => {
        database = await createDatabase()
        return database.url
      },
    )
  })
}
