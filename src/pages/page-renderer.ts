import { ConfigError } from '../errors.ts'
import { runAppCode } from '../time-limit.ts'
import { createContentSecurityPolicy, type CspSources } from './content-security-policy.ts'
import { checkLinks } from './links.ts'
import { type BuiltInPage, type PageContext, type PageErrors, renderPage } from './page.ts'
import { lightColors, type Styles } from './styles.ts'
import { createStylesheet } from './stylesheet.ts'
import { loadTemplate } from './templates.ts'

/** What an app may change about a page. */
export interface PageOptions<Context> {
  /** Colors of latchkey's own page, and of templates that extend it. */
  readonly styles?: Styles
  /** Sources to add to the page's Content-Security-Policy, by directive (default: none). */
  readonly csp?: CspSources
  /** Makes the whole page instead of latchkey's own, within five seconds. It must escape what it gets. */
  readonly template?: (context: Context) => string | Promise<string>
  /** A Jinja file that makes the whole page instead of latchkey's own. Needs the package `minijinja-js`. */
  readonly templatePath?: string
}

/** A page, and the value of the Content-Security-Policy header that it must be sent with. */
export interface RenderedPage {
  readonly html: string
  readonly csp: string
}

/** Makes a page. What an app's template throws at a visit is thrown as it is. */
export type PageRenderer<Values> = (values: Values) => Promise<RenderedPage>

/** What an app's pages have in common. */
type PageSetting = Pick<PageContext, 'texts' | 'links'>

/**
 * Prepares a page: checks the app's options, reads and tries its template, and hashes the stylesheet, once.
 *
 * @param formTargets - Where the answer to the page's form may redirect to. The policy allows their origins.
 * @param widgetSources - What the page must be allowed beside the app's `csp`.
 * @throws {ConfigError} When an option can't be used; a template's error names the file and the line.
 */
export function createPageRenderer<Values extends PageErrors>(
  page: BuiltInPage<Values>,
  options: PageOptions<Values & PageContext>,
  { texts, links }: PageSetting,
  formTargets: readonly string[] = [],
  widgetSources: CspSources = {},
): PageRenderer<Values> {
  checkLinks(links)
  const stylesheet = createStylesheet(options.styles)
  const policy = createContentSecurityPolicy({ stylesheet, formTargets, sources: options.csp ?? {}, widgetSources })
  const frame = { texts, links, stylesheet }
  const template = chooseTemplate(page, options, frame)

  if (template === null) {
    const csp = policy(null)
    return async (values) => {
      const context = { ...values, ...frame, cspNonce: '' }
      return { html: renderPage(context, page.content(context), values).toString(), csp }
    }
  }
  return async (values) => {
    const cspNonce = createNonce()
    const html = await runAppCode('A template', () => template({ ...values, ...frame, cspNonce }))
    return { html, csp: policy(cspNonce) }
  }
}

function chooseTemplate<Values extends object>(
  page: BuiltInPage<Values>,
  { template, templatePath, styles = {} }: PageOptions<Values & PageContext>,
  frame: Omit<PageContext, 'cspNonce'>,
): ((context: Values & PageContext) => string | Promise<string>) | null {
  if (templatePath === undefined) return template ?? null
  if (template !== undefined) throw new ConfigError('Give either template or templatePath, not both.')

  const fileContext = createFileContext(styles)
  const samples = page.samples.map((values) => fileContext({ ...values, ...frame, cspNonce: createNonce() }))
  const render = loadTemplate(templatePath, samples)
  return (context) => render(fileContext(context))
}

/** 128 random bits, as CSP 3, section 7.1 asks for. */
function createNonce(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64')
}

/**
 * Makes the context of a Jinja file from that of a function. The light colors, and the CAPTCHA's HTML, are there as
 * Piccolo's templates ask for them (`styles.button_color`, `captcha.form_html`), so that these render unchanged.
 */
function createFileContext({ dark: _dark, ...light }: Styles): (context: object) => object {
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
