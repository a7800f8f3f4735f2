import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { all } from './dom.ts'
import { loginRenderer, loginValues } from './rendering.ts'

// What Piccolo's login template is made of, in another page: it names its blocks, brings a title, and asks for
// variables that aren't there.
const login = `{% extends "base.html" %}

{% block title %}Members{% endblock %}

{% block content %}
    <h1>Members' entrance</h1>
    {% if error %}
        <p class="error">{{ error }}</p>
    {% endif %}
    <form method="POST">
        {% if csrftoken and csrf_cookie_name %}
            <input type="hidden" name="{{ csrf_cookie_name }}" value="{{ csrftoken }}" />
        {% endif %}
        <label>Name</label>
        <input type="text" name="username" />
        <label>Secret</label>
        <input type="password" name="password" />
        {% if captcha %}
            <div class="captcha">{{ captcha.form_html | safe }}</div>
        {% endif %}
        <!-- Refusals come as this page. -->
        <input type="hidden" value="html" name="format" />
        <button>Enter</button>
    </form>
{% endblock %}
`
const base = `<html lang="en">
<head>
<title>{% block title %}{% endblock %}</title>
<style nonce="{{ cspNonce }}">
    :root { --button: {{ styles.button_color }}; --error: {{ styles.error_text_color }}; --odd: {{ styles.odd }}; }
    body { background-color: {{ styles.background_color }}; color: {{ styles.text_color }}; }
    form { background-color: {{ styles.foreground_color }}; border-color: {{ styles.border_color }}; }
    button { color: {{ styles.button_text_color }}; }
</style>
</head>
<body><div class="content">{% block content %}{% endblock %}</div></body>
</html>
`

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-piccolo-'))
  writeFileSync(join(folder, 'session_login.html'), login)
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function textsOf(html: string, name: string): string[] {
  return all(html, name).map(({ text }) => text)
}

describe("a template made for Piccolo's login", () => {
  it("renders on latchkey's base, with its own title alone", async () => {
    const render = loginRenderer({ templatePath: join(folder, 'session_login.html') })
    const { html } = await render(loginValues)

    expect(textsOf(html, 'title')).toEqual(['Members'])
    expect(textsOf(html, 'h1')).toEqual(["Members' entrance"])
    expect(textsOf(html, 'p')).toEqual([])
    expect(all(html, 'input').map(({ attributes }) => attributes['name'])).toEqual(['username', 'password', 'format'])
  })

  it('shows what went wrong, once and escaped', async () => {
    const render = loginRenderer({ templatePath: join(folder, 'session_login.html') })
    const { html } = await render({ ...loginValues, error: '<b>Wrong.</b>' })

    expect(textsOf(html, 'p')).toEqual(['<b>Wrong.</b>'])
  })

  it('shows the CAPTCHA', async () => {
    const render = loginRenderer({ templatePath: join(folder, 'session_login.html') })
    const { html } = await render({ ...loginValues, captcha: '<b>I am a person</b>' })

    expect(textsOf(html, 'b')).toEqual(['I am a person'])
  })

  it('shows what is wrong with a field, which it knows nothing of', async () => {
    const render = loginRenderer({ templatePath: join(folder, 'session_login.html') })
    const { html } = await render({ ...loginValues, fieldErrors: { password: 'Missing.' } })

    expect(textsOf(html, 'p')).toEqual(['Missing.'])
  })

  it('shows what is wrong with a field on a base of its own that asks for it', async () => {
    const sentences = '{% for sentence in fieldErrors.values() %}<p>{{ sentence }}</p>{% endfor %}'
    writeFileSync(join(folder, 'base.html'), base.replace('<body>', `$&${sentences}`))
    const render = loginRenderer({ templatePath: join(folder, 'session_login.html') })
    const { html } = await render({ ...loginValues, fieldErrors: { password: 'Missing.' } })

    expect(textsOf(html, 'p')).toEqual(['Missing.'])
  })

  it('renders on a base of its own, with the colors by the names it knows', async () => {
    writeFileSync(join(folder, 'base.html'), base)
    const styles = { buttonColor: 'teal', dark: { buttonColor: 'navy' } }
    const { html } = await loginRenderer({ templatePath: join(folder, 'session_login.html'), styles })(loginValues)

    expect(textsOf(html, 'h1')).toEqual(["Members' entrance"])
    expect(textsOf(html, 'style')[0]?.match(/: ([^;]+);/g)).toEqual([
      ': teal;',
      ': #b3231a;',
      ': #f3f4f7;',
      ': #1b2330;',
      ': #ffffff;',
      ': #7c8796;',
      ': #ffffff;',
    ])
  })
})
