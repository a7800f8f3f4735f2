import { CommanderError } from 'commander'
import { describe, expect, it } from 'vitest'
import { RefusedError, UsageError, exitCodeOf, sentenceOf } from '../../src/cli/exit-codes.ts'
import { ConfigError, type FieldError, InvalidFormError, StoreFailedError, UnavailableError } from '../../src/errors.ts'

const fields: FieldError[] = [
  { field: 'username', code: 'usernameTaken' },
  { field: 'password', code: 'passwordTooShort', values: { minimum: 8 } },
]
const denied = new StoreFailedError({ cause: new Error('permission denied for table latchkey_user') })
const locked = new UnavailableError({ cause: new Error('database is locked') })

describe('exitCodeOf', () => {
  it.each([
    ['a wrong command line', new UsageError('No.'), 1],
    ['an unexpected error', new TypeError('No.'), 1],
    ['what is no error', 'No.', 1],
    ['an unexpected error of a store', denied, 1],
    ['an unknown option', new CommanderError(1, 'commander.unknownOption', 'No.'), 1],
    ['help', new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'), 0],
    ['a refusal', new RefusedError('No.'), 2],
    ['a form that is refused', new InvalidFormError(fields), 2],
    ['a wrong database', new ConfigError('No.'), 3],
    ["a database that can't serve now", locked, 3],
  ])('of %s', (_what, error, code) => {
    expect(exitCodeOf(error)).toBe(code)
  })
})

describe('sentenceOf', () => {
  it.each([
    [new UsageError('Name a user.'), 'Name a user.'],
    [new TypeError('x is not a function'), 'Something unexpected happened: x is not a function.'],
    ['lost', 'Something unexpected happened: lost.'],
    [denied, 'Something unexpected happened: permission denied for table latchkey_user.'],
    [new InvalidFormError(fields), 'This username is taken. A password has at least 8 characters.'],
    [locked, "This can't be done now: database is locked."],
    [new UnavailableError(), 'The service is busy. Please try again in a moment.'],
    [new CommanderError(1, 'commander.unknownOption', 'told by commander'), null],
  ])('tells %s', (error, sentence) => {
    expect(sentenceOf(error)).toBe(sentence)
  })
})
