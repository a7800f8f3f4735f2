import { crypto } from '../crypto.ts'
import { ConfigError } from '../errors.ts'

const extensible = [
  'connect-src',
  'font-src',
  'form-action',
  'frame-src',
  'img-src',
  'manifest-src',
  'media-src',
  'script-src',
  'style-src',
  'worker-src',
] as const

/** Sources to add to a page's Content-Security-Policy, by directive: `{ 'img-src': ['https://cdn.example'] }`. */
export type CspSources = Readonly<Partial<Record<(typeof extensible)[number], readonly string[]>>>

/** What a page's policy follows from. */
export interface ContentSecurityPolicyOptions {
  /** The content of the page's `<style>`, allowed by its hash. */
  readonly stylesheet: string
  /** Where a form's answer may redirect to: Chromium holds redirects after a post against `form-action`. */
  readonly formTargets?: readonly string[]
  readonly sources?: CspSources
  /** What the widget of a CAPTCHA needs. */
  readonly widgetSources?: CspSources
}

/** The value of the header. `nonce` allows an app's own `<style>` and `<script>`; `null` where there are none. */
export type ContentSecurityPolicy = (nonce: string | null) => string

/** @throws {ConfigError} When `sources` names a directive or a source that can't be added. */
export function createContentSecurityPolicy(options: ContentSecurityPolicyOptions): ContentSecurityPolicy {
  const { stylesheet, formTargets = [], sources = {}, widgetSources = {} } = options
  checkSources(sources)
  checkSources(widgetSources)
  const hash = crypto().hash('sha256', stylesheet, 'base64')
  const own: Readonly<Record<string, readonly string[]>> = {
    'default-src': [],
    'style-src': [`'sha256-${hash}'`],
    'script-src': [],
    'img-src': ["'self'", 'data:'],
    'connect-src': ["'self'"],
    'form-action': ["'self'", ...formTargets.flatMap(toSource)],
    'base-uri': [],
    'object-src': [],
    'frame-ancestors': [],
  }
  const added = [...Object.entries(sources), ...Object.entries(widgetSources)]
  const addedTo = (name: string): string[] => added.flatMap(([directive, list]) => (directive === name ? list : []))
  const directives = [...new Set([...Object.keys(own), ...added.map(([directive]) => directive)])]

  return (nonce) => {
    const nonces = (name: string): string[] =>
      nonce !== null && (name === 'style-src' || name === 'script-src') ? [`'nonce-${nonce}'`] : []
    return directives
      .map((name) => [name, ...listOrNone([...(own[name] ?? []), ...nonces(name), ...addedTo(name)])].join(' '))
      .join('; ')
  }
}

function listOrNone(sources: readonly string[]): readonly string[] {
  return sources.length === 0 ? ["'none'"] : [...new Set(sources)]
}

function toSource(target: string): readonly string[] {
  if (target.startsWith('//')) return [new URL(`https:${target}`).host]
  if (!URL.canParse(target)) return []
  const { origin, protocol } = new URL(target)
  return [origin === 'null' ? protocol : origin]
}

function checkSources(sources: CspSources): void {
  for (const [directive, list] of Object.entries(sources)) {
    if (!extensible.some((name) => name === directive)) {
      throw new ConfigError(`csp can't add to ${directive}. It can add to ${extensible.join(', ')}.`)
    }
    if (!Array.isArray(list) || !list.every(isSource)) {
      throw new ConfigError(`csp['${directive}'] must be a list of sources without white space, commas and semicolons.`)
    }
  }
}

function isSource(source: unknown): boolean {
  return typeof source === 'string' && /^[!-+\--:<-~]+$/.test(source) && source !== "'none'"
}
