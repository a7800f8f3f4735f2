import { setTimeout as pause } from 'node:timers/promises'
import { MalformedBodyError, UnsupportedBodyError } from '../errors.ts'
import { readBytes } from './body.ts'

/** The fields of a body by name. In JSON a field can be anything; `textField` reads one as text. */
export type Form = ReadonlyMap<string, unknown>

const soonMs = 100
const maxFields = 32
const maxNameLength = 64
const maxDepth = 4
const maxTypeLength = 256
const maxParts = 32
/** The headers of a part: its field's name, and perhaps a type. */
const maxHeadLength = 512
const tooManyFields = { text: 'bodyTooManyFields', values: { maximum: maxFields } } as const

const token = "[\\w!#$%&'*+.^`|~-]+"
const mediaType = new RegExp(`^(${token}/${token})((?:[ \\t]*;[ \\t]*${token}=(?:${token}|"[^"\\\\]*"))*)[ \\t]*;?$`)

/**
 * Reads the fields of a JSON, urlencoded or multipart body. No body and no `Content-Type` is an empty form.
 *
 * @throws {BodyTooLargeError} Above 16 KiB, whatever `Content-Length` says; nothing is read beyond it.
 * @throws {RequestTooSlowError} When nothing comes for ten seconds, or not all of it in thirty.
 * @throws {UnsupportedBodyError} For any other type, charset or encoding.
 * @throws {MalformedBodyError} When the body isn't what its type says, holds a file, or has more than 32 fields.
 */
export async function readForm(request: Request): Promise<Form> {
  const type = request.headers.get('content-type')
  const parse = type === null ? parseNothing : parserFor(type)
  const encoding = request.headers.get('content-encoding')
  if (parse === null || (encoding !== null && encoding.toLowerCase() !== 'identity')) throw new UnsupportedBodyError()

  const bytes = await readBytes(request)
  const fields = await parse(bytes, type ?? '')
  checkNames(fields)
  return new Map(fields)
}

/** The fields for which nobody waits: `null` where they don't come within a moment, or can't be read. */
export async function readFormSoon(request: Request): Promise<Form | null> {
  return Promise.race([readForm(request).catch(() => null), pause(soonMs, null, { ref: false })])
}

/**
 * A field as text; `null` when it isn't there.
 *
 * @throws {MalformedBodyError} When it isn't text: a number, an object, or broken Unicode.
 */
export function textField(form: Form, name: string): string | null {
  const value = form.get(name)
  if (value === undefined) return null
  if (typeof value !== 'string') throw new MalformedBodyError({ field: name, code: 'fieldNotText' })
  if (!value.isWellFormed()) throw new MalformedBodyError({ field: name, code: 'fieldBroken' })
  return value
}

type Fields = [string, unknown][]
type Parser = (bytes: Uint8Array<ArrayBuffer>, type: string) => Fields | Promise<Fields>

const parsers: Readonly<Record<string, Parser>> = {
  'application/json': parseJson,
  'application/x-www-form-urlencoded': parseUrlencoded,
  'multipart/form-data': parseMultipart,
}

function parserFor(type: string): Parser | null {
  if (type.length > maxTypeLength) return null
  const [, name = '', parameters = ''] = mediaType.exec(type.toLowerCase()) ?? []
  const charsets = [...parameters.matchAll(/;[ \t]*charset="?([^";\s]*)/g)]
  if (charsets.some(([, charset]) => charset !== 'utf-8' && charset !== 'utf8')) return null
  return parsers[name] ?? null
}

function parseNothing(bytes: Uint8Array): Fields {
  if (bytes.byteLength > 0) throw new UnsupportedBodyError()
  return []
}

function parseJson(bytes: Uint8Array): Fields {
  const value = parseJsonValue(decodeUtf8(bytes))
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new MalformedBodyError({ text: 'bodyNotObject' })
  }
  if (Object.keys(value).length > maxFields) throw new MalformedBodyError(tooManyFields)
  if (isDeeper(value, maxDepth)) throw new MalformedBodyError({ text: 'bodyTooDeep' })
  return Object.entries(value)
}

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  return depth === 0 || Object.values(value).some((inner) => isDeeper(inner, depth - 1))
}

function parseJsonValue(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedBodyError({ text: 'bodyNotJson' })
  }
}

function parseUrlencoded(bytes: Uint8Array): Fields {
  const pairs = decodeUtf8(bytes).split('&').filter(Boolean)
  // Before each is decoded.
  if (pairs.length > maxFields) throw new MalformedBodyError(tooManyFields)
  return once(
    pairs.map((pair) => {
      const nameEnd = pair.includes('=') ? pair.indexOf('=') : pair.length
      return [percentDecode(pair.slice(0, nameEnd)), percentDecode(pair.slice(nameEnd + 1))]
    }),
  )
}

function percentDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new MalformedBodyError({ text: 'bodyNotPercentEncoded' })
  }
}

async function parseMultipart(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<Fields> {
  // Decoded for the check alone: the parser itself would replace broken bytes silently.
  const text = decodeUtf8(bytes)
  if (!isModestMultipart(text, type)) throw new MalformedBodyError(tooManyFields)
  const entries = [...(await parseFormData(bytes, type))]
  if (entries.some(([, value]) => typeof value !== 'string')) {
    throw new MalformedBodyError({ text: 'bodyHasFile' })
  }
  // It decodes base64, too, and then replaces broken bytes in the same way.
  const isReplaced = (value: unknown): boolean => String(value).includes('\uFFFD') && !text.includes('\uFFFD')
  if (entries.some(([, value]) => isReplaced(value))) throw new MalformedBodyError({ text: 'bodyNotUtf8' })
  return once(entries)
}

async function parseFormData(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<FormData> {
  try {
    return await new Response(bytes, { headers: { 'Content-Type': type } }).formData()
  } catch {
    throw new MalformedBodyError({ text: 'bodyNotMultipart' })
  }
}

function decodeUtf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new MalformedBodyError({ text: 'bodyNotUtf8' })
  }
}

function once(fields: Fields): Fields {
  const names = new Set(fields.map(([name]) => name))
  if (names.size < fields.length) throw new MalformedBodyError({ text: 'bodyFieldTwice' })
  return fields
}

function checkNames(fields: Fields): void {
  if (fields.length > maxFields || fields.some(([name]) => name.length > maxNameLength)) {
    throw new MalformedBodyError(tooManyFields)
  }
}

/**
 * Whether a multipart body has no more parts, and no longer headers of them, than a form has. The platform's parser takes
 * milliseconds for 16 KiB that consist of little else.
 */
function isModestMultipart(text: string, contentType: string): boolean {
  const [, boundary] = /;[ \t]*boundary="?([^";\s]+)/i.exec(contentType) ?? []
  // Without one, the parser refuses it at once.
  if (boundary === undefined) return true

  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`)
  // The last is what follows the end.
  return parts.length <= maxParts + 1 && parts.every(hasShortHead)
}

function hasShortHead(part: string): boolean {
  return part.length <= maxHeadLength || part.slice(0, maxHeadLength).includes('\r\n\r\n')
}
