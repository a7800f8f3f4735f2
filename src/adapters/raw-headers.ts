import type { IncomingMessage } from 'node:http'

/**
 * Fills in `rawHeaders`, which are what the headers of a request are read from here. Hosts that make requests of their own, as
 * those that run servers in cloud functions do, may have put headers into `headers` alone.
 */
export function completeRawHeaders(incoming: IncomingMessage): void {
  if (incoming.rawHeaders.length > 0) return
  // Read only here: Node makes an object of all headers when it is asked for them. A length may have been put in as a number.
  for (const [name, values] of Object.entries<unknown>(incoming.headers)) {
    for (const value of [values].flat()) incoming.rawHeaders.push(name, String(value))
  }
}
