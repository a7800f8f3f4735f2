import { describe, expect, it } from 'vitest'
import { createRefusalPage } from '../../src/pages/refusal-page.ts'
import { englishTexts } from '../../src/english-texts.ts'
import { all, parseErrors } from './dom.ts'

describe('createRefusalPage', () => {
  it('says why the page is not the one asked for', () => {
    const { html } = createRefusalPage(englishTexts)('You may not see <this>.')

    expect(all(html, 'h1').map(({ text }) => text)).toEqual(['Sorry'])
    expect(all(html, 'p').map(({ text }) => text)).toEqual(['You may not see <this>.'])
    expect(parseErrors(html)).toEqual([])
  })

  it('allows its own stylesheet and no script (row 46)', () => {
    const { csp } = createRefusalPage(englishTexts)('No.')

    expect(csp).toMatch(/^default-src 'none'; style-src 'sha256-[^ ]+'; script-src 'none'; /)
  })
})
