// Takes bars as JSON on standard input, and writes a chart of them as SVG on standard output.
import { text } from 'node:stream/consumers'
import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'

interface Bar {
  readonly group: string
  readonly name: string
  readonly microseconds: number
  readonly kind: 'latchkey' | 'limit' | 'peer'
}

const bars = JSON.parse(await text(process.stdin)) as Bar[]
const { document } = parseHTML('<!doctype html><html><body></body></html>')
const groups = [...new Set(bars.map(({ group }) => group))]
const rowHeight = 22
const title = 'CPU time of one session check, in microseconds: less is better'

const label = { x: 0, y: 'key', text: 'label', textAnchor: 'end', dx: -8, fill: 'currentColor' } as const

const chart = Plot.plot({
  document,
  width: 760,
  height: 84 + bars.length * rowHeight + groups.length * 34,
  marginLeft: 230,
  marginRight: 60,
  marginTop: 44,
  marginBottom: 36,
  style: { background: 'none', fontFamily: 'system-ui, sans-serif', fontSize: '13px' },
  x: { label: null, grid: true, ticks: 6 },
  y: { axis: null, type: 'band', padding: 0.25, domain: rows().map(({ key }) => key) },
  marks: [
    Plot.text([title], {
      frameAnchor: 'top-left',
      lineAnchor: 'bottom',
      dx: -222,
      dy: -18,
      fontSize: 15,
      fill: 'currentColor',
    }),
    Plot.barX(
      rows(),
      // The name says what it is; the color only helps. The classes are colored for light and dark below.
      { x: 'microseconds', y: 'key', fill: 'kind' },
    ),
    Plot.text(rows(), {
      x: 'microseconds',
      y: 'key',
      text: ({ kind, microseconds }) => (kind === 'group' ? '' : String(Math.round(microseconds))),
      textAnchor: 'start',
      dx: 6,
      fill: 'currentColor',
    }),
    Plot.text(rows(), {
      ...label,
      fontWeight: 'bold',
      filter: ({ kind }) => kind === 'group' || kind === 'latchkey',
    }),
    Plot.text(rows(), {
      ...label,
      filter: ({ kind }) => kind !== 'group' && kind !== 'latchkey',
    }),
  ],
  color: {
    type: 'ordinal',
    domain: ['latchkey', 'limit', 'peer', 'group'],
    range: ['var(--latchkey)', 'var(--limit)', 'var(--peer)', 'none'],
  },
})

/** The bars, each group under its name. */
function rows() {
  return groups.flatMap((group) => [
    { key: group, label: group, kind: 'group', microseconds: 0 },
    ...bars
      .filter((bar) => bar.group === group)
      .map(({ name, kind, microseconds }) => ({ key: `${group} ${name}`, label: name, kind, microseconds })),
  ])
}

const spoken = bars.map(({ group, name, microseconds }) => `${name}, ${group}: ${Math.round(microseconds)}`).join('; ')
const style = `
  :root { color: #1f2328; --latchkey: #0a66c2; --limit: #8c959f; --peer: #c9a36b; }
  @media (prefers-color-scheme: dark) {
    :root { color: #e6edf3; --latchkey: #58a6ff; --limit: #6e7681; --peer: #a07c45; }
  }`

chart.setAttribute('xmlns', 'http://www.w3.org/2000/svg')
chart.setAttribute('role', 'img')
chart.setAttribute('aria-labelledby', 'title desc')
const described = `<title id="title">${title}</title><desc id="desc">${spoken}</desc><style>${style}</style>`
process.stdout.write(`${chart.outerHTML.replace(/(<svg[^>]*>)/, `$1${described}`)}\n`)
