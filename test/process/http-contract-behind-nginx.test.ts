import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { httpContract } from '../../src/testing/http-contract.ts'
import type { HttpContractApp, HttpContractSettings } from '../../src/testing/http-world.ts'
import { startExample } from './example.ts'
import { findFreePort } from './free-port.ts'
import { isNginxMissing, startNginx } from './nginx.ts'

/** Plain http: the contract's clients know no certificate of a test's. */
async function startBehindNginx(name: string, settings: HttpContractSettings): Promise<HttpContractApp> {
  const hooks = `${import.meta.dirname}/example-hooks.ts`
  const app = await startExample(() => ['node', '--import', hooks, `examples/${name}/server.ts`], settings)
  const port = await findFreePort()
  const nginx = await startNginx(
    [port],
    () => `
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass ${app.url};
          proxy_set_header Host $http_host;
          proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
        }
      }`,
  )

  return {
    url: `http://127.0.0.1:${port}`,
    async close() {
      await nginx.stop()
      await app.close()
    },
  }
}

describe.skipIf(isNginxMissing('the contract of HTTP behind nginx')).each(['hono', 'express'])(
  'behind nginx',
  (name) => {
    httpContract(
      `${name} behind nginx`,
      (settings) => startBehindNginx(name, settings),
      () => `sqlite://${join(mkdtempSync(join(tmpdir(), 'latchkey-http-')), 'contract.db')}`,
    )
  },
)
