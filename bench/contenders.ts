/** A server that is measured. All have the same routes: `GET /public`, `GET /me`, `POST /login`, `POST /logout`. */
export interface Contender {
  readonly name: string
  readonly file: string
  readonly store: StoreKind | null
  readonly setting?: string
  /** The folder that `latchkey` is taken from; otherwise it is this project's own. */
  readonly build?: string
  /** The name of the least that could be done on its store, in its framework. */
  readonly limit?: string
  /** The name of a server in its framework that checks nothing. */
  readonly bare?: string
}

export type StoreKind = 'sqlite' | 'postgres' | 'redis'

export const storeKinds: readonly StoreKind[] = ['sqlite', 'postgres', 'redis']

const frameworks = ['hono', 'node', 'express']

const bare: readonly Contender[] = [...frameworks, 'fastify'].map((framework) => ({
  name: `bare ${framework}`,
  file: `servers/bare-${framework}`,
  store: null,
}))

/** Each beside its limit, so that both are measured in the same moments. */
const pairs: readonly Contender[] = storeKinds.flatMap((store) =>
  frameworks.flatMap((framework) => {
    const limit: Contender = {
      name: `limit ${framework} ${store}`,
      file: `servers/limit-${framework}`,
      store,
      bare: `bare ${framework}`,
    }
    return [
      limit,
      { ...limit, name: `latchkey ${framework} ${store}`, file: `servers/latchkey-${framework}`, limit: limit.name },
    ]
  }),
)

const peers: readonly Contender[] = [
  peer('better-auth', 'better-auth', 'sqlite', 'hono'),
  peer('better-auth, cookieCache', 'better-auth', 'sqlite', 'hono', 'cookieCache'),
  peer('express-session sqlite', 'express-session', 'sqlite', 'express'),
  peer('express-session postgres', 'express-session', 'postgres', 'express'),
  peer('express-session postgres, disableTouch', 'express-session', 'postgres', 'express', 'disableTouch'),
  peer('express-session redis', 'express-session', 'redis', 'express'),
  peer('express-session redis, disableTouch', 'express-session', 'redis', 'express', 'disableTouch'),
  peer('@fastify/session redis', 'fastify-session', 'redis', 'fastify'),
  peer('@fastify/session redis, rolling: false', 'fastify-session', 'redis', 'fastify', 'rolling: false'),
  peer('iron-session', 'iron-session', 'sqlite', 'hono'),
  peer('auth.js (jwt)', 'auth-js', 'sqlite', 'hono'),
]

export const contenders: readonly Contender[] = [...bare, ...pairs, ...peers]

function peer(name: string, file: string, store: StoreKind, framework: string, setting?: string): Contender {
  return {
    name,
    file: `peers/${file}`,
    store,
    bare: `bare ${framework}`,
    // There is no limit in Fastify: its server is held against the one in node:http, the cheapest.
    limit: `limit ${framework === 'fastify' ? 'node' : framework} ${store}`,
    ...(setting === undefined ? {} : { setting }),
  }
}

export function contender(name: string): Contender {
  const found = contenders.find((one) => one.name === name)
  if (found === undefined) throw new Error(`There is no contender called ${name}.`)
  return found
}
