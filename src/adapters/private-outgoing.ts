import type { OutgoingHttpHeader, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { variesByCookie } from '../guards/private-answer.ts'

/** Headers as `writeHead` takes them: by their names, as names and values in turn, or as pairs of both. */
type HeadersOfHead = OutgoingHttpHeaders | OutgoingHttpHeader[]

/**
 * Does what `markPrivate` does, to an answer that Node sends: when its head is written, and all that the app says about
 * caching is known.
 */
export function markOutgoingPrivate(outgoing: ServerResponse): void {
  const writeHead = outgoing.writeHead.bind(outgoing)

  outgoing.writeHead = function writePrivateHead(
    status: number,
    first?: string | HeadersOfHead | null,
    second?: HeadersOfHead | null,
  ): ServerResponse {
    if (typeof first === 'string') return writeHead(status, first, withMarks(outgoing, toRecord(second)))
    return writeHead(status, withMarks(outgoing, toRecord(second ?? first)))
  }
}

/** The headers of a head with those that keep it out of shared caches, over what was set on the answer before. */
function withMarks(outgoing: ServerResponse, headers: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const marked = { ...headers }
  const cacheControl = spellingIn(headers, 'Cache-Control')
  const vary = spellingIn(headers, 'Vary')
  marked[cacheControl] ??= outgoing.getHeader(cacheControl) ?? 'no-store'
  marked[vary] = withCookie(headers[vary] ?? outgoing.getHeader(vary))
  return marked
}

function withCookie(vary: OutgoingHttpHeader = ''): string {
  const fields = Array.isArray(vary) ? vary.join(', ') : String(vary)
  if (fields === '') return 'Cookie'
  return variesByCookie(fields) ? fields : `${fields}, Cookie`
}

/** A header's name as these headers spell it. */
function spellingIn(headers: OutgoingHttpHeaders, name: string): string {
  for (const key in headers) if (key.length === name.length && key.toLowerCase() === name.toLowerCase()) return key
  return name
}

function toRecord(headers?: HeadersOfHead | null): OutgoingHttpHeaders {
  if (!Array.isArray(headers)) return headers ?? {}

  const list: OutgoingHttpHeader[] = Array.isArray(headers[0]) ? headers.flat() : headers
  const values = new Map<string, string[]>()
  for (let index = 0; index < list.length; index += 2) {
    const name = String(list[index]).toLowerCase()
    values.set(name, [...(values.get(name) ?? []), ...[list[index + 1] ?? []].flat().map(String)])
  }
  return Object.fromEntries(values)
}
