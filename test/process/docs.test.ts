import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const pages = globSync(['*.md', 'docs/*.md'], { cwd: root })
const links = pages.flatMap((page) =>
  [
    ...readFileSync(join(root, page), 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)|(?:src|srcset)="([^"]+)"/g),
  ].map(([, link, picture]) => [page, link ?? picture ?? ''] as const),
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
    const file = `${page.replace('/', '-').replace('.md', '')}-${index}.ts`
    writeFileSync(join(folder, file), `${code}\nexport {}\n`)
    return file
  })
}

describe('the documentation', () => {
  it('has code that compiles', () => {
    const files = pages.flatMap(writeCode)
    const source = join(root, 'src')
    const paths = {
      latchkey: [join(source, 'index.ts')],
      'latchkey/*': [join(source, '*.ts')],
    }
    const options = { noUnusedLocals: false, isolatedDeclarations: false, declaration: false, paths }
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, include: ['*.ts'] }),
    )

    const compile = (): string =>
      execFileSync(join(root, 'node_modules/.bin/tsc'), ['-p', folder], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'inherit'],
      })

    expect(files.length).toBeGreaterThan(10)
    expect(compile()).toBe('')
  })

  it.each(links)('%s links to %s, which is there', (page, link) => {
    expect(existsSync(join(root, dirname(page), link))).toBe(true)
  })
})
