import type { IncomingMessage } from 'node:http'

/**
 * Fills in `rawHeaders`, which are what the headers of a request are read from here. Hosts that make requests of their own, as
 * those that run servers in cloud functions do, may have put headers into `headers` alone.
 */
export function completeRawHeaders({ rawHeaders, headers }: IncomingMessage): void {
  if (rawHeaders.length > 0) return
  for (const [name, values = []] of Object.entries(headers)) {
    for (const value of [values].flat()) rawHeaders.push(name, value)
  }
}
