import { checkStyles, darkColors, lightColors, type Colors, type Styles } from './styles.ts'

/**
 * The one stylesheet of a page.
 *
 * @throws {ConfigError} When a color isn't one.
 */
export function createStylesheet(styles: Styles = {}): string {
  checkStyles(styles)
  const { dark, ...light } = styles
  return `:root { color-scheme: light dark; ${properties({ ...lightColors, ...light })} }
@media (prefers-color-scheme: dark) { :root { ${properties({ ...darkColors, ...dark })} } }
${rules}`
}

function properties(colors: Required<Colors>): string {
  return `--background: ${colors.backgroundColor}; --foreground: ${colors.foregroundColor}; \
--text: ${colors.textColor}; --error: ${colors.errorTextColor}; --button: ${colors.buttonColor}; \
--button-text: ${colors.buttonTextColor}; --link: ${colors.linkColor}; --border: ${colors.borderColor};`
}

const rules = `*, ::before, ::after { box-sizing: border-box; }
html { text-size-adjust: 100%; -webkit-text-size-adjust: 100%; }
body {
  display: grid; grid-template-columns: minmax(0, 26rem); place-content: center;
  min-height: 100vh; min-height: 100svh; margin: 0; padding: 1.5rem 1rem;
  background: var(--background); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  overflow-wrap: anywhere;
}
main {
  padding: clamp(1.5rem, 7vw, 2.5rem);
  background: var(--foreground); border: 1px solid transparent; border-radius: 1rem;
  border-color: color-mix(in srgb, var(--border) 35%, transparent);
  box-shadow: 0 1px 2px rgb(0 0 0 / 6%), 0 12px 32px rgb(0 0 0 / 8%);
}
h1 { margin: 0; font-size: 1.75rem; font-weight: 650; line-height: 1.2; letter-spacing: -0.015em; text-wrap: balance; }
p { margin: 1rem 0 0; }
form { margin: 1.75rem 0 0; }
a { display: inline-block; color: var(--link); text-underline-offset: 0.2em; }
:is(a, button, input):focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
input:focus-visible { outline-offset: -1px; }
.alert {
  margin-block-start: 1.25rem; padding: 0.75rem 1rem; color: var(--error);
  background: color-mix(in srgb, var(--error) 6%, var(--foreground));
  border: 1px solid var(--error); border-inline-start-width: 4px; border-radius: 0.5rem;
}
.alert:first-child { margin-block: 0 1.25rem; }
.alert p { margin: 0; }
.field { margin-block-end: 1.25rem; }
label { display: block; margin-block-end: 0.375rem; font-weight: 550; }
.hint { margin: 0 0 0.375rem; font-size: 0.9375rem; opacity: 0.85; text-wrap: pretty; }
.field-error { margin: 0 0 0.375rem; color: var(--error); }
.error { color: var(--error); }
input + label { margin-block-start: 1.25rem; }
input + button { margin-block-start: 1.75rem; }
input, button { width: 100%; min-height: 2.875rem; border-radius: 0.5rem; font: inherit; }
input { padding: 0.5rem 0.875rem; background: var(--foreground); color: inherit; border: 1px solid var(--border); }
input[aria-invalid] { border-color: var(--error); }
input[aria-invalid]:not(:focus-visible) { box-shadow: inset 0 0 0 1px var(--error); }
.captcha { margin-block-end: 1.25rem; }
.captcha p { margin: 0; }
@media (max-width: 26rem) { .captcha { overflow-x: auto; } }
button {
  margin-block-start: 0.5rem; padding: 0.625rem 1rem; cursor: pointer;
  background: var(--button); color: var(--button-text); border: 1px solid transparent; font-weight: 600;
}
button:hover { box-shadow: 0 0 0 3px color-mix(in srgb, var(--button) 30%, transparent); }
button:active { box-shadow: none; }
.links {
  display: flex; flex-wrap: wrap; justify-content: space-between; column-gap: 1rem;
  margin-block-end: -0.625rem; font-size: 0.9375rem;
}
.links a { padding-block: 0.6875rem; }
@media (prefers-reduced-motion: no-preference) { button { transition: box-shadow 0.15s; } }
@media (forced-colors: active) { .alert { border-width: 2px; } input[aria-invalid] { border-width: 3px; } }
`
