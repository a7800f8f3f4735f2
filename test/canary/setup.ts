import { beforeEach, expect, vi } from 'vitest'
import type { AuthEvent } from '../../src/events.ts'
import { search, testVariable } from './sightings.ts'
import { watchAnswers } from './watch-answers.ts'
import { textOf } from './watch-output.ts'
import './watch.ts'

const { testPath = '' } = expect.getState()
process.env[testVariable] = testPath
// For the programs that tests start.
process.env['NODE_OPTIONS'] = `--import=${new URL('watch.ts', import.meta.url).href}`

// A framework of another file in this thread may have put its own classes there.
watchAnswers()

beforeEach(({ task }) => {
  process.env[testVariable] = `${testPath} > ${task.name}`
})

// The events are as they were; they are searched on their way to the listener.
vi.mock(import('../../src/events.ts'), async (load) => {
  const events = await load()
  return {
    ...events,
    createReport(clock, onEvent) {
      if (onEvent === undefined) return events.createReport(clock)
      return events.createReport(clock, (event: AuthEvent) => {
        search('an event', textOf(event))
        return onEvent(event)
      })
    },
  }
})
