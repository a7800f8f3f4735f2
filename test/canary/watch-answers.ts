import { search } from './sightings.ts'
import { watchCalls } from './watch-calls.ts'

/** The headers whose purpose it is to carry a token; all others are searched. */
const carriers = ['cookie', 'set-cookie']

/** Searches answers and errors when they are made. */
export function watchAnswers(): void {
  watchCalls(Response, 'json', { before: ([value]) => search('the body of an answer', JSON.stringify(value)) })
  watchCalls(globalThis, 'Response', { before: ([body, init]) => searchAnswer(body, init as ResponseInit | undefined) })
  watchCalls(globalThis, 'Error', { before: ([message]) => search('the message of an error', String(message)) })
  const before = ([name, value]: readonly unknown[]): void => searchHeader(String(name), String(value))
  watchCalls(Headers.prototype, 'set', { before })
  watchCalls(Headers.prototype, 'append', { before })
}

function searchAnswer(body: unknown, init: ResponseInit = {}): void {
  if (typeof body === 'string') search('the body of an answer', body)
  for (const [name, value] of new Headers(init.headers)) searchHeader(name, value)
}

function searchHeader(name: string, value: string): void {
  if (!carriers.includes(name.toLowerCase())) search(`the header ${name.toLowerCase()}`, value)
}
