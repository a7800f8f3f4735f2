import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { isMissing, redisUrl } from '../servers.ts'

const source = fileURLToPath(new URL('../../src', import.meta.url))

const isRedisMissing = await isMissing('Redis', redisUrl)

let folder: string

// Outside the repository, where optional packages can't be found.
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-alone-'))
  cpSync(source, join(folder, 'src'), { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
})

afterEach(() => {
  rmSync(folder, { recursive: true })
})

describe('templatePath without minijinja-js', () => {
  it('is refused with the command that installs it', () => {
    writeFileSync(
      join(folder, 'main.ts'),
      `import { loadTemplate } from './src/pages/templates.ts'
      try { loadTemplate('login.html', []) } catch (error) { console.log(error.code, error.message) }`,
    )

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe(
      'ERR_LATCHKEY_CONFIG templatePath needs a package that is not installed: npm install minijinja-js\n',
    )
  })
})

describe('altcha without its packages', () => {
  it('is refused with the command that installs them', () => {
    writeFileSync(
      join(folder, 'main.ts'),
      `import { altcha } from './src/captcha/altcha.ts'
      try { altcha({ hmacKey: 'x'.repeat(32) }) } catch (error) { console.log(error.code, error.message) }`,
    )

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe(
      'ERR_LATCHKEY_CONFIG altcha needs packages that are not installed: npm install altcha altcha-lib\n',
    )
  })
})

describe('the URL of sessions without a client for Redis', () => {
  const program = (url: string): string => `
    import { sessionsFromUrl } from './src/stores/redis/sessions-from-url.ts'
    try {
      const sessions = await sessionsFromUrl('${url}')
      await sessions.open(() => {})
      console.log('open', await sessions.find('none'))
      await sessions.close()
    } catch (error) {
      console.log(error.code, error.message)
    }`

  it('is refused with the command that installs one', () => {
    writeFileSync(join(folder, 'main.ts'), program('redis://127.0.0.1'))

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe(
      'ERR_LATCHKEY_CONFIG The database URL needs a package that is not installed: npm install ioredis\n',
    )
  })

  it.skipIf(isRedisMissing)('is taken by the package redis where ioredis isn’t installed', () => {
    mkdirSync(join(folder, 'node_modules'))
    symlinkSync(fileURLToPath(new URL('../../node_modules/redis', import.meta.url)), join(folder, 'node_modules/redis'))
    writeFileSync(join(folder, 'main.ts'), program(redisUrl))

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe('open null\n')
  })
})

describe('the URL of a database without its driver', () => {
  it.each([
    ['postgres://127.0.0.1/app', 'pg'],
    ['mysql://127.0.0.1/app', 'mysql2'],
  ])('%s is refused with the command that installs it', (url, name) => {
    writeFileSync(
      join(folder, 'main.ts'),
      `import { storeFromUrl } from './src/stores/store-from-url.ts'
      await storeFromUrl('${url}').catch((error) => console.log(error.code, error.message))`,
    )

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe(
      `ERR_LATCHKEY_CONFIG The database URL needs a package that is not installed: npm install ${name}\n`,
    )
  })
})

describe('a bcrypt hash without @node-rs/bcrypt', () => {
  const hash = '$2b$10$8QaGsqKWSwLOt23WLDx4JOdAiqif6g1roKAHqsoc.noqiIq0SDq0e'

  it('is not imported, and the command that installs it is named', () => {
    writeFileSync(
      join(folder, 'main.ts'),
      `import { createImportedRecord } from './src/user/import-user.ts'
      try { createImportedRecord({ username: 'ann', passwordHash: '${hash}' }, new Date()) }
      catch (error) { console.log(error.code, error.message) }`,
    )

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe(
      'ERR_LATCHKEY_INVALID_FORM bcrypt needs a package: npm install @node-rs/bcrypt\n',
    )
  })

  it('that is stored matches nothing, and says why', () => {
    mkdirSync(join(folder, 'node_modules/@node-rs'), { recursive: true })
    for (const name of ['argon2', 'argon2-linux-x64-gnu']) {
      const target = fileURLToPath(new URL(`../../node_modules/@node-rs/${name}`, import.meta.url))
      if (existsSync(target)) symlinkSync(target, join(folder, 'node_modules/@node-rs', name))
    }
    writeFileSync(
      join(folder, 'main.ts'),
      `import { checkPassword } from './src/password/password.ts'
      const { matches, unreadable } = checkPassword('correct horse battery staple', '${hash}')
      console.log(matches, unreadable)`,
    )

    expect(execFileSync(process.execPath, [join(folder, 'main.ts')], { encoding: 'utf8' })).toBe(
      'false bcrypt_missing\n',
    )
  })
})
