import { lightColors, type Styles } from './styles.ts'

/**
 * Makes the context of a Jinja file from that of a function. The light colors, and the CAPTCHA's HTML, are there as
 * Piccolo's templates ask for them (`styles.button_color`, `captcha.form_html`), so that these render unchanged.
 */
export function createFileContext({ dark: _dark, ...light }: Styles): (context: object) => object {
  const colors = Object.entries({ ...lightColors, ...light })
  const styles = Object.fromEntries(colors.map(([name, color]) => [toSnakeCase(name), color]))

  return function fileContext(context) {
    const formHtml = 'captcha' in context ? context.captcha : null
    return { ...context, styles, captcha: formHtml === null ? null : { form_html: formHtml } }
  }
}

function toSnakeCase(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
