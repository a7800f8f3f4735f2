import { randomBytes } from 'node:crypto'
import { BlockList, isIP } from 'node:net'
import { altcha } from '../src/captcha/altcha.ts'
import { type Captcha, ConfigError } from '../src/index.ts'

/** What the demo reads from the environment. `DATABASE_URL`, `SESSIONS_URL`, `ORIGIN` and `TRUSTED_PROXIES` are latchkey's own. */
export interface Settings {
  readonly port: number
  readonly host: string
  readonly rateLimit: boolean
  /** What its forms ask; its key is another at each start. */
  readonly captcha: Captcha | null
}

/** @throws {ConfigError} When a variable is wrong; the message names it. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const { PORT = '3000', HOST = '127.0.0.1', RATE_LIMIT = 'on', CAPTCHA = 'none' } = environment
  if (!/^\d{1,5}$/.test(PORT) || Number(PORT) > 65_535) throw new ConfigError('PORT must be a number up to 65535.')
  if (RATE_LIMIT !== 'on' && RATE_LIMIT !== 'off') throw new ConfigError('RATE_LIMIT must be "on" or "off".')
  if (CAPTCHA !== 'altcha' && CAPTCHA !== 'none') throw new ConfigError('CAPTCHA must be "altcha" or "none".')
  if (RATE_LIMIT === 'off' && !isLoopback(HOST)) {
    throw new ConfigError('RATE_LIMIT=off is for tests on this machine: it needs HOST=127.0.0.1, ::1 or localhost.')
  }
  const captcha = CAPTCHA === 'altcha' ? altcha({ hmacKey: randomBytes(32).toString('hex') }) : null
  return { port: Number(PORT), host: HOST, rateLimit: RATE_LIMIT === 'on', captcha }
}

function isLoopback(host: string): boolean {
  const loopback = new BlockList()
  loopback.addSubnet('127.0.0.0', 8, 'ipv4')
  loopback.addAddress('::1', 'ipv6')
  return host === 'localhost' || (isIP(host) > 0 && loopback.check(host, isIP(host) === 6 ? 'ipv6' : 'ipv4'))
}
