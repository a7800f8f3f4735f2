import { describe, expect, it } from 'vitest'
import { html, trustedHtml } from '../../src/pages/html.ts'
import { all } from './dom.ts'

const payloads = ['"><svg onload=1>', "'", '`', '</title>', '</p><script>1</script>', '&lt;', 'javascript:1', '\u2028']

describe('html', () => {
  it.each(payloads)('keeps %j in an attribute (row 33)', (payload) => {
    const [element] = all(html`<p title="${payload}"></p>`.toString(), 'p')

    expect(element?.attributes).toEqual({ title: payload })
  })

  it.each(payloads)('keeps %j in a single-quoted attribute (row 33)', (payload) => {
    const [element] = all(html`<p title="${payload}"></p>`.toString(), 'p')

    expect(element?.attributes).toEqual({ title: payload })
  })

  it.each(payloads)('keeps %j in text (row 33)', (payload) => {
    const [element] = all(html`<p>-${payload}-</p>`.toString(), 'p')

    expect(element?.text).toBe(`-${payload}-`)
  })

  it.each(payloads)('keeps %j in a title (row 33)', (payload) => {
    const [element] = all(html`<title>-${payload}-</title>`.toString(), 'title')

    expect(element?.text).toBe(`-${payload}-`)
  })

  it('escapes quotes, backticks and brackets', () => {
    expect(html`${'<>&"\'`'}`.toString()).toBe('&lt;&gt;&amp;&quot;&#39;&#96;')
  })

  it('nests markup, lists of it and nothing', () => {
    const items = ['a', '<'].map((item) => html`<b>${item}</b>`)

    expect(html`<p>${items}${null}${['<', [html`<i></i>`]]}</p>`.toString()).toBe(
      '<p><b>a</b><b>&lt;</b>&lt;<i></i></p>',
    )
  })

  it('takes trusted markup as it is', () => {
    expect(html`<p>${trustedHtml('<br>')}</p>`.toString()).toBe('<p><br></p>')
  })

  it('reads escapes around values as JavaScript does, and none in values', () => {
    expect(html`${'a'}\n${'$&'}`.toString()).toBe('a\n$&amp;')
  })

  it('takes nothing for markup that came as JSON (row 33)', () => {
    const forged: string = JSON.parse('{ "markup": "<svg>", "toString": "<svg>" }')

    expect(html`<p>${forged}</p>`.toString()).not.toContain('<svg>')
  })
})
