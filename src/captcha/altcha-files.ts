import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ConfigError } from '../errors.ts'

/** A file of the widget's, as it is served. */
interface WidgetFile {
  readonly type: string
  readonly content: string
}

/** The widget's files by the names under which the page asks for them, and the first letters of a hash of them all. */
export interface WidgetFiles {
  readonly files: ReadonlyMap<string, WidgetFile>
  readonly version: string
}

const script = 'text/javascript; charset=utf-8'

// The build with its worker and its styles inside would need a policy that allows both from anywhere.
const start = `const own = (name) => import.meta.url.replace('altcha=start', 'altcha=' + name)
$altcha.algorithms.set('PBKDF2/SHA-256', () => new Worker(own('worker'), { type: 'module' }))
$altcha.defaults.set({ challenge: own('challenge'), hideFooter: true })
`

// The colors of latchkey's pages, and a hook in the box that lets clicks through.
const theme = `
altcha-widget {
  --altcha-max-width: 100%;
  --altcha-border-radius: 0.5rem;
  --altcha-border-color: var(--border);
  --altcha-checkbox-border-color: var(--border);
  --altcha-color-base: var(--foreground);
  --altcha-color-base-content: var(--text);
  --altcha-color-error: var(--error);
  --altcha-color-primary: var(--button);
  --altcha-color-primary-content: var(--button-text);
}
altcha-widget label { margin: 0; font-weight: inherit; }
altcha-widget input { min-height: 0; }
.altcha-checkbox svg { pointer-events: none; }
`

/**
 * Reads what the widget is made of.
 *
 * @param language - That of the widget's labels, as the package names its file.
 * @throws {ConfigError} When a package, or the language, isn't there.
 */
export function readWidgetFiles(language: string): WidgetFiles {
  const folder = findPackages()
  const files = new Map<string, WidgetFile>([
    ['widget', { type: script, content: readFileSync(join(folder, 'external/altcha.min.js'), 'utf8') }],
    ['language', { type: script, content: readLanguage(folder, language) }],
    ['start', { type: script, content: start }],
    ['worker', { type: script, content: readFileSync(join(folder, 'workers/pbkdf2.js'), 'utf8') }],
    [
      'style',
      {
        type: 'text/css; charset=utf-8',
        content: readFileSync(join(folder, 'external/altcha.css'), 'utf8') + theme,
      },
    ],
  ])
  const hash = createHash('sha256')
  for (const { content } of files.values()) hash.update(content)
  return { files, version: hash.digest('base64url').slice(0, 10) }
}

/** The folder that the widget's files are in. */
function findPackages(): string {
  const require = createRequire(import.meta.url)
  try {
    require.resolve('altcha-lib')
    return join(dirname(require.resolve('altcha/altcha.css')), '..')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error
    throw new ConfigError('altcha needs packages that are not installed: npm install altcha altcha-lib', {
      cause: error,
    })
  }
}

function readLanguage(folder: string, language: string): string {
  try {
    if (!/^[a-z0-9-]+$/.test(language)) throw new ConfigError(`altcha has no language ${JSON.stringify(language)}.`)
    return readFileSync(join(folder, `i18n/${language}.js`), 'utf8')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
    throw new ConfigError(`altcha has no language "${language}". Its names are like "de", "fr-fr" and "pt-br".`)
  }
}
