import { ConfigError } from '../errors.ts'
import { isColor } from './color.ts'

/** The colors of a page, each a CSS color. */
export interface Colors {
  /** Behind the card. */
  readonly backgroundColor?: string
  /** The card, and the fields on it. */
  readonly foregroundColor?: string
  readonly textColor?: string
  readonly errorTextColor?: string
  readonly buttonColor?: string
  readonly buttonTextColor?: string
  /** Links, and the ring around what has the focus. */
  readonly linkColor?: string
  /** Around the fields, and fainter around the card. */
  readonly borderColor?: string
}

/** An app's colors. What it doesn't set keeps its default, in light and in dark mode each. */
export interface Styles extends Colors {
  /** The colors where the reader prefers dark pages. They don't follow the light ones. */
  readonly dark?: Colors
}

/** Text reaches a contrast of 4.5:1, fields and the focus ring 3:1 (WCAG 2.2, 1.4.3 and 1.4.11). */
export const lightColors: Required<Colors> = {
  backgroundColor: '#f3f4f7',
  foregroundColor: '#ffffff',
  textColor: '#1b2330',
  errorTextColor: '#b3231a',
  buttonColor: '#2459c7',
  buttonTextColor: '#ffffff',
  linkColor: '#2054bd',
  borderColor: '#7c8796',
}

/** As `lightColors`, for readers who prefer dark pages. */
export const darkColors: Required<Colors> = {
  backgroundColor: '#0f1217',
  foregroundColor: '#191e26',
  textColor: '#e7ebf1',
  errorTextColor: '#ff9d94',
  buttonColor: '#8fb5ff',
  buttonTextColor: '#0c1424',
  linkColor: '#a0c2ff',
  borderColor: '#778393',
}

/** @throws {ConfigError} When a name is unknown or a value isn't a CSS color. */
export function checkStyles(styles: Styles): void {
  const { dark = {}, ...light } = styles
  checkColors('styles', light)
  checkColors('styles.dark', dark)
}

function checkColors(option: string, colors: Colors): void {
  for (const [name, value] of Object.entries(colors)) {
    if (!Object.hasOwn(lightColors, name)) {
      throw new ConfigError(`${option} has no ${name}. It knows ${Object.keys(lightColors).join(', ')}.`)
    }
    if (!isColor(value)) {
      throw new ConfigError(`${option}.${name} must be a CSS color, such as '#2459c7', 'navy' or 'oklch(60% 0.2 250)'.`)
    }
  }
}
