// Loaded before a server: takes `latchkey` from another folder, by the exports of the package that is there.
import { registerHooks } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

const manifest = pathToFileURL(join(process.env['BENCH_BUILD'] ?? '', 'package.json')).href

registerHooks({
  resolve(specifier, context, nextResolve) {
    const isOurs = /^latchkey(\/|$)/.test(specifier)
    return nextResolve(specifier, isOurs ? { ...context, parentURL: manifest } : context)
  },
})
