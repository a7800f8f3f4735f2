import { describe, expect, it } from 'vitest'
import * as nodeAdapter from '../src/adapters/node.ts'
import * as latchkey from '../src/index.ts'
import * as contracts from '../src/testing/contracts.ts'
import * as testing from '../src/testing/index.ts'

describe('public API', () => {
  it('exports these names from latchkey and no others', () => {
    expect(Object.keys(latchkey).toSorted()).toEqual([
      'BodyTooLargeError',
      'CaptchaFailedError',
      'ConfigError',
      'CrossSiteError',
      'ForbiddenError',
      'InvalidFormError',
      'LatchkeyError',
      'LoginFailedError',
      'MalformedBodyError',
      'MethodNotAllowedError',
      'NotFoundError',
      'NotLoggedInError',
      'ReadOnlyError',
      'RefusedByHookError',
      'RequestError',
      'TooManyTriesError',
      'UnavailableError',
      'UnsupportedBodyError',
      'changePassword',
      'createAuth',
      'createLoginThrottle',
      'days',
      'defaultAuth',
      'englishTexts',
      'getUser',
      'hours',
      'minutes',
      'noThrottle',
      'protect',
      'register',
      'sessionLogin',
      'sessionLogout',
      'systemClock',
    ])
  })

  it('exports these names from latchkey/adapters/node and no others', () => {
    expect(Object.keys(nodeAdapter).toSorted()).toEqual(['serveNode', 'toNodeHandler'])
  })

  it('exports these names from latchkey/testing and no others', () => {
    expect(Object.keys(testing).toSorted()).toEqual(['createMovableClock', 'fakeCaptcha', 'loginAs'])
  })

  it('exports these names from latchkey/testing/contracts and no others', () => {
    expect(Object.keys(contracts).toSorted()).toEqual(['sessionStoreContract', 'userStoreContract'])
  })
})
