import { spawnSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = globSync(['*.md', 'docs/**/*.md', 'examples/*.md', 'examples/two-servers/*.md'], { cwd: root })
const links = pages.flatMap((page) =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g),
  ].map(([, link, picture]) => [page, link ?? picture ?? ''] as const),
)

const anchors = pages.flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].map(
    ([, target, anchor]) => [page, target === '' ? page : join(dirname(page), target ?? ''), anchor ?? ''] as const,
  ),
)
const namedPages = globSync('src/**/*.ts', { cwd: root }).flatMap((file) =>
  [...readFileSync(join(root, file), 'utf8').matchAll(/\bSee (docs\/\S+\.md)/g)].map(([, page = '']) => page),
)

// The public API alone: what package.json exports, from the sources.
const manifest: { exports: Record<string, { default?: string }> } = JSON.parse(
  readFileSync(join(root, 'package.json'), 'utf8'),
)
const paths = Object.fromEntries(
  Object.entries(manifest.exports)
    .filter(([name]) => !name.endsWith('.json'))
    .map(([name, { default: built = '' }]) => [
      join('latchkey', name),
      [join(root, built.replace('dist', 'src').replace(/js$/, 'ts'))],
    ]),
)

let folder: string

beforeAll(() => {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  folder = mkdtempSync(join(cache, 'docs-'))
})

afterAll(() => {
  rmSync(folder, { recursive: true })
})

function writeCode(page: string): string[] {
  const blocks = [...readFileSync(join(root, page), 'utf8').matchAll(/^```ts\n(.*?)^```/gms)]
  return blocks.map(([, code = ''], index) => {
    const file = `${page.replaceAll('/', '-').replace('.md', '')}-${index}.ts`
    writeFileSync(join(folder, file), `${code}\nexport {}\n`)
    return file
  })
}

function packedFiles(): string[] {
  const command = ['pack', '--dry-run', '--json', '--ignore-scripts']
  const { stdout } = spawnSync('npm', command, { cwd: root, encoding: 'utf8' })
  const packed: [{ files: { path: string }[] }] = JSON.parse(stdout)
  return packed[0].files.map(({ path }) => path)
}

/** As GitHub makes anchors of them. */
function headingsOf(page: string): string[] {
  const headings = readFileSync(join(root, page), 'utf8').matchAll(/^#+ (.+)$/gm)
  return [...headings].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}

describe('the documentation', () => {
  it('has code that compiles', () => {
    const files = pages.flatMap(writeCode)
    const options = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false, paths }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include: ['*.ts'] }),
    )

    const compiler = join(root, 'node_modules/.bin/tsc')
    const { status, stdout, stderr } = spawnSync(compiler, ['-p', folder], { encoding: 'utf8' })

    expect(files.length).toBeGreaterThan(10)
    expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' })
  })

  it.each(links)('%s links to %s, which is there', (page, link) => {
    expect(existsSync(join(root, dirname(page), link))).toBe(true)
  })

  it.each(anchors)('%s links to %s#%s, which is a heading there', (_page, target, anchor) => {
    expect(headingsOf(target)).toContain(anchor)
  })

  it('brings the pages that messages name into the package', () => {
    expect(namedPages.length).toBeGreaterThan(0)
    expect(packedFiles()).toEqual(expect.arrayContaining(namedPages))
  })

  it('links in the package to what is in the package, but for the pictures, which would double it', () => {
    const files = packedFiles()
    const isPacked = (path: string): boolean => files.some((file) => file === path || file.startsWith(`${path}/`))
    const packedLinks = links.filter(([page, link]) => isPacked(page) && !link.endsWith('.png'))
    const targets = packedLinks.map(([page, link]) => join(dirname(page), link))

    expect(targets.length).toBeGreaterThan(100)
    expect(targets.filter((target) => !isPacked(target))).toEqual([])
  })
})
