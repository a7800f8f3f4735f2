import { execFileSync } from 'node:child_process'
import { type Section, atMost } from './results.ts'
import { rotate } from './rotate.ts'
import type { Run } from './settings.ts'
import { summarize } from './statistics.ts'

const rounds = 9
const imports: Readonly<Record<string, readonly string[]>> = {
  latchkey: ['latchkey'],
  'latchkey, its SQLite store and its adapter for Hono': [
    'latchkey',
    'latchkey/stores/sqlite',
    'latchkey/adapters/hono',
  ],
  'better-auth': ['better-auth'],
  'express + express-session': ['express', 'express-session'],
  'fastify + @fastify/cookie + @fastify/session': ['fastify', '@fastify/cookie', '@fastify/session'],
  'iron-session': ['iron-session'],
  'auth.js': ['@auth/core', '@auth/core/providers/credentials'],
}

/** The first import, in a process of its own each time. */
export async function measureColdImport(run: Run): Promise<Section> {
  const measured = Object.entries(imports).map(([name, modules]) => ({ name, modules, times: [] as number[] }))
  for (let round = 0; round < run.rounds(rounds); round += 1) {
    for (const { modules, times } of rotate(measured, round)) times.push(importTime(modules))
  }
  const ours = measured.find(({ name }) => name === 'latchkey')
  return {
    title: 'Cold import',
    about: 'A fresh process each time, the files in the page cache.',
    columns: ['ms'],
    rows: measured.map(({ name, times }) => ({ name, cells: [summarize(times)] })),
    targets: ours === undefined ? [] : [atMost('latchkey: cold import, ms', 20, summarize(ours.times))],
  }
}

function importTime(modules: readonly string[]): number {
  const lines = modules.map((name) => `await import('${name}')`)
  const script = ['const start = performance.now()', ...lines, 'console.log(performance.now() - start)'].join('\n')
  const args = ['--input-type=module', '--eval', script]
  return Number(execFileSync(process.execPath, args, { cwd: 'bench', encoding: 'utf8' }))
}
