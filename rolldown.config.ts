// Bundles the package: importing one file takes half as long as importing the sixty that it is made of.
import { readFileSync } from 'node:fs'
import { type RolldownOptions, defineConfig } from 'rolldown'

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>
  readonly bin: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly peerDependencies: Readonly<Record<string, string>>
}

const manifest: Manifest = JSON.parse(readFileSync(new URL('package.json', import.meta.url), 'utf8'))
const published = [
  ...Object.values(manifest.exports).map((entry) => (typeof entry === 'string' ? entry : entry.default)),
  ...Object.values(manifest.bin).map((path) => `./${path}`),
]
const entries = published
  .map((path) => /^\.\/dist\/(.+)\.js$/.exec(path)?.[1])
  .filter((name) => name !== undefined)
  .map((name) => [name, `src/${name}.ts`])
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies })

const loadedLate = [
  'adapters',
  'captcha/(?!captcha)',
  'cli',
  'stores/(?!database|store\\.|store-from-url)',
  'testing',
  'password/(?:blocked-passwords|hash-worker|password\\.|foreign)',
]
const core = new RegExp(`/src/(?!${loadedLate.join('|')})`)

const config: RolldownOptions = defineConfig({
  input: {
    ...Object.fromEntries(entries),
    'core/hash-worker': 'src/password/hash-worker.ts',
    'stores/sqlite-checkpoint-worker': 'src/stores/sqlite/checkpoint-worker.ts',
  },
  platform: 'node',
  external: (id) => packages.some((name) => id === name || id.startsWith(`${name}/`)),
  output: {
    dir: 'dist',
    sourcemap: true,
    // One folder deep, as the entries are: what sources find by `import.meta.url` is found from here, too.
    chunkFileNames: 'core/[name].js',
    codeSplitting: {
      groups: [{ name: 'latchkey', test: core }],
    },
  },
})

export default config
