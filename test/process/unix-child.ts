import { toBunHandler } from '../../src/adapters/bun.ts'
import { toDenoHandler } from '../../src/adapters/deno.ts'
import { createAuth } from '../../src/index.ts'
import { formatAddress } from '../../src/http/client-address.ts'
import { memoryStore } from '../../src/stores/memory.ts'

/** What this program uses of Bun and of Deno, whichever runs it. */
interface Host {
  readonly Bun?: { serve(options: { unix: string; fetch: ReturnType<typeof toBunHandler> }): void }
  readonly Deno?: {
    serve(options: { path: string; onListen: () => void }, handler: ReturnType<typeof toDenoHandler>): void
  }
}

const [path = '', ...trustedProxies] = process.argv.slice(2)
const events: unknown[] = []
const auth = createAuth({
  store: memoryStore(),
  trustedProxies,
  onEvent: ({ type, reason }) => void events.push([type, reason]),
})

function tell(request: Request, context: unknown): Response {
  const address = auth.clientAddress(request, context)
  return Response.json({ address: address && formatAddress(address), events })
}

// Both put a global of their own name there.
const { Bun, Deno } = globalThis as Host
if (Bun !== undefined) Bun.serve({ unix: path, fetch: toBunHandler(tell) })
else Deno?.serve({ path, onListen: () => undefined }, toDenoHandler(tell))
