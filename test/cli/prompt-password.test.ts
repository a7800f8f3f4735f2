import { PassThrough, Readable } from 'node:stream'
import { beforeEach, describe, expect, it } from 'vitest'
import { RefusedError } from '../../src/cli/exit-codes.ts'
import { promptNewPassword, readPassword } from '../../src/cli/prompt-password.ts'

describe('readPassword', () => {
  it.each([
    ['without a newline', 'a secret', 'a secret'],
    ['less its final newline', 'a secret\n', 'a secret'],
    ['less its final CRLF', 'a secret\r\n', 'a secret'],
    ['with all newlines but the last', 'a\nsecret\n\n', 'a\nsecret\n'],
    ['with all CRLFs but the last', 'a secret\r\n\r\n', 'a secret\r\n'],
    ['with a final carriage return', 'a secret\r', 'a secret\r'],
    ['with its spaces', ' a secret \n', ' a secret '],
    ['without the byte order mark that PowerShell sends (C10)', '\ufeffa secret\n', 'a secret'],
    ['with NUL', 'a\0secret', 'a\0secret'],
    ['when it is empty', '', ''],
  ])('takes a password %s', async (_how, sent, password) => {
    expect(await readPassword(Readable.from([Buffer.from(sent)]))).toBe(password)
  })

  it('joins characters that arrive in parts', async () => {
    const [start, end] = [Buffer.from([0x61, 0xc3]), Buffer.from([0xa4, 0x0a])]

    expect(await readPassword(Readable.from([start, end]))).toBe('aä')
  })

  it('refuses what is not UTF-8', async () => {
    const password = readPassword(Readable.from([Buffer.from([0x61, 0xff])]))

    await expect(password).rejects.toThrow(new RefusedError('The password is not in UTF-8.'))
  })

  it('refuses endless input', async () => {
    const endless = Readable.from(
      (function* zeros() {
        for (;;) yield Buffer.alloc(1024)
      })(),
    )

    await expect(readPassword(endless)).rejects.toThrow(new RefusedError('The password is too long.'))
  })
})

describe('promptNewPassword', () => {
  let keyboard: PassThrough
  let screen: PassThrough

  beforeEach(() => {
    keyboard = new PassThrough()
    screen = new PassThrough()
  })

  it('asks twice and shows nothing of the password', async () => {
    const password = promptNewPassword(keyboard, screen)
    keyboard.write('a secret\ra secret\r')

    expect(await password).toBe('a secret')
    expect(String(screen.read())).toBe('New password: \nThe same again: \n')
  })

  it('takes back what is deleted', async () => {
    const password = promptNewPassword(keyboard, screen)
    keyboard.write('a sekk\u007f\u007fcret\ra secret\r')

    expect(await password).toBe('a secret')
  })

  it('refuses two passwords that differ', async () => {
    const password = promptNewPassword(keyboard, screen)
    keyboard.write('a secret\ra secrex\r')

    await expect(password).rejects.toThrow(new RefusedError('The two passwords differ.'))
  })

  it.each([
    ['Ctrl-C', '\u0003'],
    ['Ctrl-D', '\u0004'],
    ['Ctrl-C at the second question', 'a secret\r\u0003'],
  ])('gives up after %s', async (_key, typed) => {
    const password = promptNewPassword(keyboard, screen)
    keyboard.write(typed)

    await expect(password).rejects.toThrow(new RefusedError('No password was given.'))
  })

  it('gives up when the input ends', async () => {
    const password = promptNewPassword(keyboard, screen)
    keyboard.end('a sec')

    await expect(password).rejects.toThrow(RefusedError)
  })
})
