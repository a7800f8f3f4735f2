// Writes src/password/blocked-passwords.ts, the passwords that nobody may choose, from the dictionary of zxcvbn-ts.
import { readFileSync, writeFileSync } from 'node:fs'
import { dictionary } from '@zxcvbn-ts/language-common'
import { foldCase } from '../src/unicode.ts'

const shortest = 8
const count = 10_000
const lineWidth = 118

const license = readFileSync(new URL('../node_modules/@zxcvbn-ts/language-common/LICENSE.txt', import.meta.url), 'utf8')

/** The most common first. A shorter one is refused by its length. */
const passwords = [...new Set(dictionary['passwords-common'].map(foldCase))]
  .filter((password) => Array.from(password).length >= shortest && !/[\s`$\\]/.test(password))
  .slice(0, count)

function wrap(words: readonly string[]): string {
  const lines: string[] = []
  let line = ''
  for (const word of words) {
    if (line.length + word.length >= lineWidth) lines.push(line.trimEnd())
    line = line.length + word.length >= lineWidth ? `${word} ` : `${line}${word} `
  }
  return [...lines, line.trimEnd()].join('\n')
}

writeFileSync(
  new URL('../src/password/blocked-passwords.ts', import.meta.url),
  `/*!
The ${count.toLocaleString('en')} most common passwords of at least ${shortest} characters, from @zxcvbn-ts/language-common. Written by
"npm run blocklist".

${license.trim()}
*/
export const blockedPasswords: string = \`
${wrap(passwords)}
\`
`,
)
