import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { httpContract } from '../../src/testing/http-contract.ts'
import { type ExampleCommand, onNode, startExample } from './example.ts'

const denoPermissions = ['net', 'read', 'write', 'env', 'sys', 'ffi'].map((name) => `--allow-${name}`)
const denoImports = `--import-map=${import.meta.dirname}/deno-imports.json`

const examples: Readonly<Record<string, ExampleCommand>> = {
  hono: onNode('hono'),
  'node:http': onNode('node'),
  express: onNode('express'),
  fastify: onNode('fastify'),
  koa: onNode('koa'),
  bun: () => ['bun', 'examples/bun/server.ts'],
  deno: (port) => ['deno', 'serve', ...denoPermissions, denoImports, `--port=${port}`, 'examples/deno/server.ts'],
}

for (const [name, command] of Object.entries(examples)) {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-http-'))
  httpContract(
    name,
    (settings) => startExample(command, settings),
    () => `sqlite://${join(folder, 'contract.db')}`,
  )
}
