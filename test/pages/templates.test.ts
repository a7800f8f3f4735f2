import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { loadTemplate } from '../../src/pages/templates.ts'
import { all } from './dom.ts'
import { loginRenderer, loginValues } from './rendering.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-templates-'))
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

function write(name: string, source: string): string {
  const path = join(folder, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, source)
  return path
}

function render(templatePath: string, context: object = {}): string {
  return loadTemplate(templatePath, [])(context)
}

describe('loadTemplate', () => {
  it('reaches files of its folder and below by extends, include and import', () => {
    write('layout.html', '<main>{% block content %}{% endblock %}</main>')
    write('parts/logo.html', '<b>logo</b>')
    write('parts/deep/macros.html', '{% macro shout(text) %}<i>{{ text|upper }}</i>{% endmacro %}')
    const path = write(
      'login.html',
      '{% extends "layout.html" %}{% from "parts/deep/macros.html" import shout %}' +
        '{% block content %}{% include "parts/logo.html" %}{{ shout(username) }}{% endblock %}',
    )

    expect(render(path, { username: 'ann' })).toBe('<main><b>logo</b><i>ANN</i></main>')
  })

  it("extends latchkey's own page of the same name", async () => {
    const path = write(
      'session_login.html',
      '{% extends "latchkey/session_login.html" %}{% block title %}Enter{% endblock %}{% block before %}<p>Hi</p>{% endblock %}',
    )
    const { html } = await loginRenderer({ templatePath: path })(loginValues)

    expect(['title', 'h1', 'p', 'button'].map((name) => all(html, name)[0]?.text)).toEqual([
      'Enter',
      'Enter',
      'Hi',
      'Log in',
    ])
  })

  it("finds latchkey's own by their plain names where the app has none", () => {
    const path = write('login.html', '{% extends "base.html" %}{% block title %}Mine{% endblock %}')

    expect(all(render(path, { error: null, fieldErrors: {}, texts: {} }), 'h1')[0]?.text).toBe('Mine')
  })

  it("prefers the app's file to latchkey's of the same name", () => {
    write('base.html', 'app: {% block title %}{% endblock %}')
    const path = write('login.html', '{% extends "base.html" %}{% block title %}Mine{% endblock %}')

    expect(render(path)).toBe('app: Mine')
  })

  it("keeps latchkey's own whole whatever the app calls its files", async () => {
    write('base.html', 'app')
    write('latchkey/base.html', 'app')
    const path = write('login.html', '{% extends "session_login.html" %}')
    const { html } = await loginRenderer({ templatePath: path })(loginValues)

    expect(all(html, 'input')).toHaveLength(2)
  })

  it.each(['login.html', 'login.htm', 'login.html.j2'])('escapes in %s (row 33)', (name) => {
    expect(render(write(name, '<p title="{{ username }}">'), { username: '"><svg>' })).toBe(
      '<p title="&quot;&gt;&lt;svg&gt;">',
    )
  })

  it('escapes in what is included and imported (row 33)', () => {
    write('part.html', '{{ username }}')
    write('macros.html', '{% macro show(text) %}{{ text }}{% endmacro %}')
    const path = write(
      'login.html',
      '{% import "macros.html" as macros %}{% include "part.html" %}{{ macros.show(username) }}',
    )

    expect(render(path, { username: '<' })).toBe('&lt;&lt;')
  })

  it.each(['login.jinja', 'login.txt', 'login.html.jinja', 'login'])(
    'refuses %s, which would not be escaped',
    (name) => {
      const path = write(name, '')

      expect(() => loadTemplate(path, [])).toThrow(
        new ConfigError(`The template ${path} must end in .html or .html.j2: other files are not escaped.`),
      )
    },
  )

  it('does not include a file that would not be escaped (row 33)', () => {
    write('part.txt', '{{ username }}')
    const path = write('login.html', '{% include "part.txt" %}')

    expect(() => loadTemplate(path, [{}])).toThrow(/login\.html, line 1, .*"part\.txt"/)
  })

  it('refuses a file that is not there, by name', () => {
    expect(() => loadTemplate(join(folder, 'nope.html'), [])).toThrow(ConfigError)
    expect(() => loadTemplate(join(folder, 'nope.html'), [])).toThrow(`${join(folder, 'nope.html')} isn't there`)
  })

  it('refuses a folder', () => {
    mkdirSync(join(folder, 'login.html'))

    expect(() => loadTemplate(join(folder, 'login.html'), [])).toThrow("isn't there")
  })

  it.each([
    ['a syntax error', '\n{% if %}', /login\.html, line 2, can't be used: syntax error/],
    ['an unclosed block', '{% block a %}\n', /login\.html, line \d, can't be used: syntax error/],
    ['an unknown parent', '\n\n{% extends "nope.html" %}', /login\.html, line 3, can't be used: .*"nope\.html"/],
    ['itself as parent', '{% extends "login.html" %}', /login\.html, line 1, can't be used: .*cycle/],
    ['an undefined filter', '\n{{ username|shout }}', /login\.html, line 2, can't be used: unknown filter/],
    ['a part of nothing', '\n{{ user.name }}', /login\.html, line 2, can't be used: undefined value/],
    ['endless work', '{% for i in range(9999) %}{% for i in range(9999) %}{% endfor %}{% endfor %}', /ran out of fuel/],
  ])('refuses %s at creation, with file and line', (_name, source, message) => {
    const path = write('login.html', source)

    expect(() => loadTemplate(path, [{}])).toThrow(ConfigError)
    expect(() => loadTemplate(path, [{}])).toThrow(message)
    expect(() => loadTemplate(path, [{}])).toThrow(path)
  })

  it.each([
    ['include', '{% include "parts/bad.html" %}'],
    ['extends', '{% extends "parts/bad.html" %}'],
    ['import', '{% import "parts/bad.html" as bad %}'],
  ])('names the file that is broken, not the one that needs it by %s', (_name, source) => {
    const bad = write('parts/bad.html', '\n\n{{ x|nope }}')
    const path = write('login.html', source)

    expect(() => loadTemplate(path, [{}])).toThrow(`${bad}, line 3, can't be used: unknown filter`)
  })

  it('names a file with a syntax error that is needed by way of another', () => {
    const bad = write('bad.html', '\n{% endif %}')
    write('middle.html', '{% include "bad.html" %}')
    const path = write('login.html', '{% include "middle.html" %}')

    expect(() => loadTemplate(path, [{}])).toThrow(`${bad}, line 2, can't be used: syntax error`)
  })

  it('refuses files that include each other, by name', () => {
    write('one.html', '{% include "two.html" %}')
    write('two.html', '\n{% include "one.html" %}')
    const path = write('login.html', '{% include "one.html" %}')

    expect(() => loadTemplate(path, [{}])).toThrow(
      /(?:one|two)\.html, line [12], can't be used: could not render include/,
    )
  })

  it('leaves alone a broken file that it does not need', () => {
    write('other.html', '{% trans %}')
    const path = write('login.html', 'fine')

    expect(render(path)).toBe('fine')
  })

  it.each([
    ['an error', '{% if error %}{{ error|nope }}{% endif %}'],
    ["a field's error", '{% if fieldErrors.username %}{{ 1|nope }}{% endif %}'],
    ['a user who is logged in', '{% if loggedInAs %}{{ 1|nope }}{% endif %}'],
    ['next', '{% if next %}{{ 1|nope }}{% endif %}'],
  ])('finds at creation what would fail with %s', (_name, source) => {
    const templatePath = write('login.html', source)

    expect(() => loginRenderer({ templatePath })).toThrow('unknown filter')
  })

  it('throws an ordinary error when the template fails at a visit', () => {
    const template = loadTemplate(write('login.html', '{% if late %}{{ 1|nope }}{% endif %}'), [{}])

    expect(() => template({ late: true })).toThrow(Error)
    expect(() => template({ late: true })).not.toThrow(ConfigError)
  })

  it('goes on after a template failed', () => {
    const template = loadTemplate(write('login.html', '{% if late %}{{ 1|nope }}{% endif %}ok'), [])

    expect(() => template({ late: true })).toThrow('unknown filter')
    expect(template({ late: false })).toBe('ok')
  })

  it('passes by node_modules, hidden folders and files over 1 MB', () => {
    write('node_modules/a.html', 'a')
    write('.cache/b.html', 'b')
    write('large.html', ' '.repeat(1024 * 1024 + 1))
    const names = ['node_modules/a.html', '.cache/b.html', 'large.html']
    const path = write('login.html', names.map((name) => `{% include "${name}" ignore missing %}`).join('-'))

    expect(render(path)).toBe('--')
  })

  it('follows links to files, as mounted volumes make them', () => {
    write('.volume/part.html', 'part')
    symlinkSync(join(folder, '.volume/part.html'), join(folder, 'part.html'))
    symlinkSync(join(folder, 'nowhere.html'), join(folder, 'broken.html'))

    expect(render(write('login.html', '{% include "part.html" %}'))).toBe('part')
  })
})
