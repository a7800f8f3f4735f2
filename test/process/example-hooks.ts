import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'

// The examples name the package, which is built later than it is tested.
const source = join(import.meta.dirname, '../../src')

registerHooks({
  resolve(specifier, context, nextResolve) {
    const [, path] = /^latchkey(?:\/(.+))?$/.exec(specifier) ?? []
    const isOurs = specifier === 'latchkey' || path !== undefined
    return nextResolve(isOurs ? pathToFileURL(join(source, `${path ?? 'index'}.ts`)).href : specifier, context)
  },
})
