import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpContract } from '../../src/testing/http-contract.ts'
import { type ExampleCommand, environmentOf, startExample } from '../process/example.ts'
import { installExample } from './installed-example.ts'

const examples: Readonly<Record<string, ExampleCommand>> = {
  next: (port) => ['node', 'node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1', '--port', `${port}`],
  h3: () => ['node', 'server.ts'],
  elysia: () => ['bun', 'server.ts'],
  sveltekit: () => ['node', 'build'],
  astro: () => ['node', 'dist/server/entry.mjs'],
  'react-router': () => ['node', 'server.ts'],
}

for (const [name, command] of Object.entries(examples)) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-http-'))
  httpContract(
    name,
    async (settings) => startExample(command, settings, await installExample(name, environmentOf(settings))),
    () => `sqlite://${join(folder, 'contract.db')}`,
  )
}
