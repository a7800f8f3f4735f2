import { ConfigError } from '../errors.ts'
import { isUnixSocket, socketAddress, unixSocket } from './host-context.ts'
import type { RequestHead } from './fetch-handler.ts'

/** An address as bytes: 4 of IPv4, 16 of IPv6. */
export type Address = readonly number[]

/** Which addresses a proxy's are: those that share `bits` leading bits with `network`. */
interface AddressRange {
  readonly network: Address
  readonly bits: number
}

/**
 * Why an address is unknown: the host doesn't tell it; the request came over a Unix socket that isn't trusted; or over one
 * that is, and said nothing in `X-Forwarded-For`.
 */
export type UnknownAddress = 'not_told' | 'unix_socket' | 'no_forwarded_for'

/** Tells the client's address from the socket's and, behind trusted proxies, from `X-Forwarded-For`. */
export type ClientAddress = (request: RequestHead, context: unknown) => Address | null

const ipv4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const ipv4Length = 4
// Those of the widest networks that are nobody's but one's own.
const narrowIpv4 = 8
const narrowIpv6 = 7
const narrowPublicIpv6 = 16
const publicIpv6: AddressRange = { network: [0x20, ...Array<number>(15).fill(0)], bits: 3 }
/** More proxies than stand in front of any app. */
const maxHops = 32
const mappedPrefixes = [
  [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff],
  // NAT64 (RFC 6052): also an IPv4 client behind a translator.
  [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0],
]

/** Reads an address in any spelling; IPv4 inside IPv6 becomes IPv4; `null` when it isn't one. */
export function parseAddress(text: string): Address | null {
  if (ipv4.test(text)) return text.split('.').map(Number)
  const bare = text.replace(/%[\w.-]+$/, '')
  if (!isIpv6(bare)) return null

  const bytes = ipv6Bytes(bare)
  const mapped = mappedPrefixes.some((prefix) => prefix.every((byte, index) => bytes[index] === byte))
  return mapped ? bytes.slice(-ipv4Length) : bytes
}

function isIpv6(text: string): boolean {
  return /^[\da-f:.]+$/i.test(text) && URL.canParse(`http://[${text}]/`)
}

function ipv6Bytes(text: string): number[] {
  const [head = '', tail] = text.split('::')
  const front = groups(head)
  if (tail === undefined) return front
  const back = groups(tail)
  return [...front, ...Array<number>(16 - front.length - back.length).fill(0), ...back]
}

function groups(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number)
    const value = Number.parseInt(group, 16)
    return [value >> 8, value & 0xff]
  })
}

/**
 * One key for all addresses that one client can choose from: the whole address for IPv4, the first `ipv6Bits`
 * for IPv6.
 */
export function addressPrefix(address: Address, ipv6Bits: 48 | 64): string {
  if (address.length === ipv4Length) return address.join('.')
  const hex = address.slice(0, ipv6Bits / 8).map((byte) => byte.toString(16).padStart(2, '0'))
  return `${hex.join('')}/${ipv6Bits}`
}

/** The address as text that every parser reads. */
export function formatAddress(address: Address): string {
  if (address.length === ipv4Length) return address.join('.')
  const hex = Buffer.from(address).toString('hex')
  return hex.replaceAll(/.{4}(?=.)/g, '$&:')
}

/**
 * @param trustedProxies - Addresses or ranges, like `10.0.0.0/8`; `unix:` names none.
 * @throws {ConfigError} When one of them isn't an address or a range.
 */
export function createIsTrusted(trustedProxies: readonly string[]): (address: Address) => boolean {
  const ranges = trustedProxies.filter((text) => text !== unixSocket).map(parseRange)
  return (address) => ranges.some((range) => contains(range, address))
}

// By what was given, so that they don't grow where the same ones are made again and again.
const allTrusted = new Map<string, (address: Address) => boolean>()

/** Whether an address is a proxy's to anything of this process. */
export function isTrustedByAny(address: Address): boolean {
  return [...allTrusted.values()].some((isTrusted) => isTrusted(address))
}

/**
 * @param trustedProxies - Addresses or ranges, like `10.0.0.0/8`, whose `X-Forwarded-For` is believed; `unix:` for the
 *   peers of a Unix socket.
 * @param onUnknown - Called for each request whose address isn't known.
 * @throws {ConfigError} When one of them isn't an address or a range.
 */
export function createClientAddress(
  trustedProxies: readonly string[],
  onUnknown: (why: UnknownAddress) => void = () => undefined,
): ClientAddress {
  const isTrusted = createIsTrusted(trustedProxies)
  allTrusted.set(trustedProxies.join(), isTrusted)
  const trustsUnix = trustedProxies.includes(unixSocket)

  function unknown(why: UnknownAddress): null {
    onUnknown(why)
    return null
  }

  return function clientAddress(request, context) {
    const isUnix = isUnixSocket(context)
    if (isUnix && !trustsUnix) return unknown('unix_socket')
    const peer = parseAddress(socketAddress(context) ?? '')
    if (peer === null && !isUnix) return unknown('not_told')
    if (peer !== null && !isTrusted(peer)) return peer
    const forwardedFor = request.headers.get('x-forwarded-for') ?? ''
    return clientBehind(peer, forwardedFor, { isTrusted, trustsUnix }) ?? unknown('no_forwarded_for')
  }
}

/**
 * Refuses ranges that hold clients, who could claim any address: wider than any that proxies have to themselves.
 *
 * @throws {ConfigError}
 */
export function requireNarrow(trustedProxies: readonly string[]): void {
  const tooWide = trustedProxies.find((text) => {
    if (text === unixSocket) return false
    const { network, bits } = parseRange(text)
    if (network.length === ipv4Length) return bits < narrowIpv4
    return bits < (contains(publicIpv6, network) ? narrowPublicIpv6 : narrowIpv6)
  })
  if (tooWide === undefined) return
  throw new ConfigError(
    `In production, trustedProxies names proxies alone, and "${tooWide}" holds clients, who could claim any address. ` +
      `The widest range is one like 10.0.0.0/${narrowIpv4} or fc00::/${narrowIpv6}.`,
  )
}

/** The entries of `X-Forwarded-For` from the last one on, which the nearest proxy added. */
function lastHops(header: string): string[] {
  const hops: string[] = []
  let end = header.length
  while (end >= 0 && hops.length < maxHops) {
    const start = header.lastIndexOf(',', end - 1) + 1
    hops.push(header.slice(start, end))
    end = start - 1
  }
  return hops
}

/** Whom a proxy may be. */
interface Trust {
  readonly isTrusted: (address: Address) => boolean
  /** Whether those at a Unix socket are trusted, too (default: false). */
  readonly trustsUnix?: boolean
}

/** The first address that no trusted proxy has, from the nearest one on; `proxy` where there is none. */
export function clientBehind<Proxy extends Address | null>(
  proxy: Proxy,
  forwardedFor: string,
  { isTrusted, trustsUnix = false }: Trust,
): Address | Proxy {
  let client: Address | Proxy = proxy
  for (const hop of lastHops(forwardedFor)) {
    // So nginx calls what came to it over a Unix socket.
    if (trustsUnix && hop.trim() === unixSocket) continue
    const address = parseHop(hop)
    if (address === null) return client
    client = address
    if (!isTrusted(address)) return client
  }
  return client
}

/** One entry of `X-Forwarded-For`, `null` when it is none: an address, which some proxies send quoted, in brackets, or with a port. */
export function parseHop(hop: string): Address | null {
  const bare = hop.trim().replace(/^"(.*)"$/, '$1')
  const bracketed = /^\[([^\]]+)\](?::\d{1,5})?$/.exec(bare)?.[1]
  return parseAddress(bracketed ?? bare.replace(/^([\d.]+):\d{1,5}$/, '$1'))
}

function parseRange(text: string): AddressRange {
  const [address = '', bits, ...rest] = text.split('/')
  const network = parseAddress(address)
  const length = bits === undefined ? (network?.length ?? 0) * 8 : Number(bits)
  const valid = rest.length === 0 && (bits === undefined || /^\d{1,3}$/.test(bits))
  if (network === null || !valid || length > network.length * 8) {
    throw new ConfigError(
      'trustedProxies takes addresses and ranges, like "127.0.0.1" or "10.0.0.0/8", and "unix:" for a Unix socket.',
    )
  }
  return { network, bits: length }
}

function contains({ network, bits }: AddressRange, address: Address): boolean {
  if (address.length !== network.length) return false
  return network.every((byte, index) => {
    const shift = 8 - Math.min(8, Math.max(0, bits - index * 8))
    return byte >> shift === (address[index] ?? 0) >> shift
  })
}
