import type { ServerResponse } from 'node:http'

export function sendJson(outgoing: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  outgoing.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) })
  outgoing.end(body)
}
