import { ConfigError } from '../errors.ts'

/** Where an app's pages are, as paths or http(s) URLs. Each is shown and used where it is set. */
export interface Links {
  readonly login?: string
  readonly logout?: string
  readonly register?: string
  /** Where a user asks for a new password. */
  readonly forgot?: string
}

const names: readonly string[] = ['login', 'logout', 'register', 'forgot']

/** @throws {ConfigError} When a link is unknown or is neither a path nor an http(s) URL. */
export function checkLinks(links: Links): void {
  for (const [name, link] of Object.entries(links)) {
    if (!names.includes(name)) throw new ConfigError(`links has no ${name}. It knows ${names.join(', ')}.`)
    if (!isWebAddress(link)) throw new ConfigError(`links.${name} must be a path or an http(s) URL.`)
  }
}

function isWebAddress(link: unknown): boolean {
  if (typeof link !== 'string' || !URL.canParse(link, 'http://localhost/')) return false
  return /^https?:$/.test(new URL(link, 'http://localhost/').protocol)
}
