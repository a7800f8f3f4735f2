// Loaded first by every process of the tests: searches what leaves it for secrets.
import { syncBuiltinESMExports } from 'node:module'
import { markTokens } from './mark-tokens.ts'
import { watchAnswers } from './watch-answers.ts'
import { watchFiles } from './watch-files.ts'
import { watchOutput } from './watch-output.ts'
import { watchSockets } from './watch-sockets.ts'

const installed = Symbol.for('latchkey.canary.installed')

// A thread runs many files of tests.
if (!(installed in globalThis)) {
  Object.defineProperty(globalThis, installed, { value: true })
  markTokens()
  watchOutput()
  watchSockets()
  watchFiles()
  watchAnswers()
  syncBuiltinESMExports()
}
