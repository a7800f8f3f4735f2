import type { Texts } from '../texts.ts'
import { createContentSecurityPolicy } from './content-security-policy.ts'
import type { RenderedPage } from './page-renderer.ts'
import { renderPage } from './page.ts'
import { createStylesheet } from './stylesheet.ts'

/** Prepares the page that only says why it isn't the one asked for. */
export function createRefusalPage(texts: Texts): (message: string) => RenderedPage {
  const stylesheet = createStylesheet()
  const csp = createContentSecurityPolicy({ stylesheet })(null)
  const context = { texts, links: {}, stylesheet, cspNonce: '' }

  return (message) => {
    const content = { title: texts.refusedTitle, sentences: [{ text: message }] }
    return { html: renderPage(context, content).toString(), csp }
  }
}
