// Starts a program that never ends by itself, tells who it is, and fails.
import { spawn } from 'node:child_process'
import { endWithTests } from './end-with-tests.ts'

const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
endWithTests(() => program.kill('SIGKILL'))
process.send?.(program.pid, () => {
  throw new Error('The set-up fails.')
})
