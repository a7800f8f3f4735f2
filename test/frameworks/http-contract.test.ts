import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpContract } from '../../src/testing/http-contract.ts'
import type { HttpContractApp, HttpContractSettings } from '../../src/testing/http-world.ts'
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

async function startInstalled(
  name: string,
  command: ExampleCommand,
  settings: HttpContractSettings,
): Promise<HttpContractApp> {
  const folder = await installExample(name, environmentOf(settings))
  const app = await startExample(command, settings, folder)
  return {
    url: app.url,
    async close() {
      await app.close()
      await rm(folder, { recursive: true })
    },
  }
}

for (const [name, command] of Object.entries(examples)) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-http-'))
  httpContract(
    name,
    (settings) => startInstalled(name, command, settings),
    () => `sqlite://${join(folder, 'contract.db')}`,
  )
}
