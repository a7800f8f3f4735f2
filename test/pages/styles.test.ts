import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { isColor } from '../../src/pages/color.ts'
import { checkStyles, darkColors, lightColors, type Styles } from '../../src/pages/styles.ts'
import { createStylesheet } from '../../src/pages/stylesheet.ts'

describe('isColor', () => {
  it.each([
    '#abc',
    '#ABCD',
    '#a1b2c3',
    '#a1b2c3d4',
    'navy',
    'RebeccaPurple',
    'transparent',
    'rgb(1, 2, 3)',
    'rgb(1 2 3 / 50%)',
    'rgba(1,2,3,.5)',
    'hsl(120deg 50% 50%)',
    'hwb(194 0% 0%)',
    'oklch(60% 0.2 250)',
    'oklab(40.1% +0.1 -0.05 / none)',
    'color(display-p3 1 0.5 0)',
  ])('accepts %s', (color) => {
    expect(isColor(color)).toBe(true)
  })

  it.each([
    '',
    ' ',
    'banana',
    '#ab',
    '#abcde',
    '#ggg',
    'red;',
    'red}',
    'red ',
    'rgb(1,2)',
    'rgb(1,2,3',
    'rgb(1 2 3 4 5)',
    'red;background:url(//evil.example)',
    '</style><script>',
    'url(x)',
    'var(--x)',
    'rgb(var(--x) 1 1)',
    'rgb(1\n2 3)',
    'expression(1)',
    '/**/red',
    'red/**/',
    '\\72 ed',
    'constructor',
    `rgb(${'1'.repeat(200)} 2 3)`,
    0,
    null,
    {},
  ])('refuses %j', (color) => {
    expect(isColor(color)).toBe(false)
  })
})

describe('checkStyles', () => {
  it('accepts any of the eight colors, for light and dark', () => {
    const styles: Styles = { ...lightColors, dark: darkColors }

    expect(() => checkStyles(styles)).not.toThrow()
  })

  it.each([
    [{ buttonColor: 'red;}' }, 'styles.buttonColor must be a CSS color'],
    [{ dark: { linkColor: 'banana' } }, 'styles.dark.linkColor must be a CSS color'],
    [{ button_color: 'red' }, 'styles has no button_color. It knows backgroundColor'],
    [{ dark: { dark: {} } }, 'styles.dark has no dark.'],
    [JSON.parse('{ "__proto__": "red" }'), 'styles has no __proto__.'],
  ])('refuses %j', (styles, message) => {
    expect(() => checkStyles(styles)).toThrow(ConfigError)
    expect(() => checkStyles(styles)).toThrow(message)
  })
})

describe('createStylesheet', () => {
  it('takes the colors of an app', () => {
    const stylesheet = createStylesheet({ buttonColor: 'teal', dark: { buttonColor: 'aqua' } })

    expect(lightRuleOf(stylesheet)).toContain('--button: teal;')
    expect(darkRuleOf(stylesheet)).toContain('--button: aqua;')
  })

  it('keeps dark pages readable when an app sets light colors only', () => {
    const stylesheet = createStylesheet({ textColor: 'black', foregroundColor: 'white', backgroundColor: 'white' })

    expect(darkRuleOf(stylesheet)).toBe(darkRuleOf(createStylesheet()))
  })

  it('refuses what is not a color', () => {
    expect(() => createStylesheet({ textColor: '</style>' })).toThrow(ConfigError)
  })

  it('has nothing in it that could end it or load a file', () => {
    expect(createStylesheet()).not.toMatch(/<|url\(|@import|\r/)
  })
})

describe.each([
  ['lightColors', lightColors],
  ['darkColors', darkColors],
])('%s', (_name, colors) => {
  it.each([
    ['textColor', 'foregroundColor'],
    ['textColor', 'backgroundColor'],
    ['errorTextColor', 'foregroundColor'],
    ['buttonTextColor', 'buttonColor'],
    ['linkColor', 'foregroundColor'],
  ] as const)('gives %s a contrast of 4.5:1 on %s', (front, behind) => {
    expect(contrast(colors[front], colors[behind])).toBeGreaterThanOrEqual(4.5)
  })

  it.each([
    ['borderColor', 'foregroundColor'],
    ['buttonColor', 'foregroundColor'],
    ['linkColor', 'backgroundColor'],
  ] as const)('gives %s a contrast of 3:1 on %s', (front, behind) => {
    expect(contrast(colors[front], colors[behind])).toBeGreaterThanOrEqual(3)
  })
})

function lightRuleOf(stylesheet: string): string {
  return stylesheet.split('\n')[0] ?? ''
}

function darkRuleOf(stylesheet: string): string {
  return stylesheet.split('\n')[1] ?? ''
}

/** WCAG 2.2, "contrast ratio". */
function contrast(one: string, other: string): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const part = Number.parseInt(hex.slice(start, start + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
