import { BlockList, isIP } from 'node:net'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import {
  type Address,
  addressPrefix,
  createClientAddress,
  formatAddress,
  parseAddress,
} from '../../src/http/client-address.ts'

function keyOf(text: string, bits: 48 | 64 = 64): string | null {
  const address = parseAddress(text)
  return address && addressPrefix(address, bits)
}

/** The client's address, as a key, of a request that came from `socket`. */
function clientOf(
  trustedProxies: readonly string[],
  socket: unknown,
  headers: Record<string, string> = {},
): string | null {
  const request = new Request('http://app.example/', { headers })
  const address = createClientAddress(trustedProxies)(request, { incoming: { socket: { remoteAddress: socket } } })
  return address && addressPrefix(address, 64)
}

function forwarded(value: string): Record<string, string> {
  return { 'x-forwarded-for': value }
}

describe('formatAddress', () => {
  it.each(['1.2.3.4', '::1', '2001:db8::7', '::ffff:1.2.3.4', 'fe80::1%eth0'])(
    'writes %s so that it can be read',
    (text) => {
      const address = parseAddress(text)
      const written = address && formatAddress(address)

      expect(isIP(written ?? '')).toBeGreaterThan(0)
      expect(parseAddress(written ?? '')).toEqual(address)
    },
  )
})

describe('parseAddress', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['0.0.0.0', '0.0.0.0'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['::FFFF:1.2.3.4', '1.2.3.4'],
    ['::ffff:102:304', '1.2.3.4'],
    ['::ffff:0102:0304', '1.2.3.4'],
    ['0:0:0:0:0:ffff:1.2.3.4', '1.2.3.4'],
    ['0000:0000:0000:0000:0000:ffff:0102:0304', '1.2.3.4'],
    ['64:ff9b::1.2.3.4', '1.2.3.4'],
    ['64:FF9B::102:304', '1.2.3.4'],
    ['0064:ff9b:0:0:0:0:1.2.3.4', '1.2.3.4'],
    ['::ffff:1.2.3.5', '1.2.3.5'],
    ['::ffff:1.2.3.4%eth0', '1.2.3.4'],
    ['::', '0000000000000000/64'],
    ['::1', '0000000000000000/64'],
    ['1::', '0001000000000000/64'],
    ['2001:db8::1', '20010db800000000/64'],
    ['2001:DB8::1', '20010db800000000/64'],
    ['2001:0db8:0000:0000:0000:0000:0000:0001', '20010db800000000/64'],
    ['2001:db8:0:0::ffff', '20010db800000000/64'],
    ['2001:db8:0:0:1:2:3:4', '20010db800000000/64'],
    ['2001:db8::1:2:3:4', '20010db800000000/64'],
    ['2001:db8::1:2:3:4:5', '20010db800000001/64'],
    ['2001:db8:1:2::', '20010db800010002/64'],
    ['fe80::1%eth0', 'fe80000000000000/64'],
    ['fe80::1%25', 'fe80000000000000/64'],
    ['::1.2.3.4', '0000000000000000/64'],
    ['::fffe:1.2.3.4', '0000000000000000/64'],
    ['64:ff9b:1::1.2.3.4', '0064ff9b00010000/64'],
  ])('reads %s as the client %s (row 72)', (text, key) => {
    expect(keyOf(text)).toBe(key)
  })

  it.each([
    '',
    ' ',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '0x1.2.3.4',
    '16909060',
    '1.2.3.4%eth0',
    '1.2.3.4/32',
    ' 1.2.3.4',
    '1.2.3.4\n',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '12345::',
    '::g',
    '::ffff:1.2.3.256',
    '::ffff:1.2.3.4%',
    '::1]/::1',
    'fe80::1%eth0:1',
    '[::1]',
    'localhost',
    'unknown',
    '%',
  ])('refuses %j (row 73)', (text) => {
    expect(parseAddress(text)).toBeNull()
  })

  it('gives 4 or 16 bytes, whatever the address (row 72)', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
        const bytes: Address = parseAddress(text) ?? []

        expect([4, 16]).toContain(bytes.length)
        expect(bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255)).toBe(true)
      }),
    )
  })

  it('takes for an address what Node does (row 72)', () => {
    const parts = fc.constantFrom('0', '1', '25', '255', '256', '01', 'ffff', 'g', ':', '::', '.', '1.2.3.4', ' ')
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 17 }), (pieces) => {
        const text = pieces.join('')

        expect(parseAddress(text) !== null).toBe(isIP(text) !== 0)
      }),
      { numRuns: 5_000 },
    )
  })

  it('throws at no text (row 32)', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(() => parseAddress(text)).not.toThrow()
      }),
    )
  })
})

describe('addressPrefix', () => {
  it('has one key for a whole /64 (row 72)', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) =>
      keyOf(`2001:db8:1:2:${(index * 65).toString(16)}::${index}`),
    )

    expect([...new Set(keys)]).toEqual(['20010db800010002/64'])
  })

  it('has one key for a whole /48 (row 72)', () => {
    const keys = Array.from({ length: 1_000 }, (_, index) => keyOf(`2001:db8:1:${index.toString(16)}::1`, 48))

    expect([...new Set(keys)]).toEqual(['20010db80001/48'])
  })

  it('has a key for each IPv4 address, mapped or not (row 72)', () => {
    expect(keyOf('::ffff:1.2.3.4', 48)).toBe('1.2.3.4')
    expect(keyOf('::ffff:1.2.3.5', 48)).toBe('1.2.3.5')
  })
})

describe('clientAddress', () => {
  const proxies = ['10.0.0.0/8', '2001:db8:ffff::/48']

  it('is the socket’s address where no proxy is trusted, whatever the headers say (rows 54, 73)', () => {
    const headers = {
      'x-forwarded-for': '1.1.1.1',
      'x-real-ip': '1.1.1.1',
      'x-client-ip': '1.1.1.1',
      'cf-connecting-ip': '1.1.1.1',
      'true-client-ip': '1.1.1.1',
      forwarded: 'for=1.1.1.1',
    }

    expect(clientOf([], '203.0.113.7', headers)).toBe('203.0.113.7')
    expect(clientOf(proxies, '203.0.113.7', headers)).toBe('203.0.113.7')
  })

  it('reads no header but X-Forwarded-For from a trusted proxy (row 73)', () => {
    const headers = { forwarded: 'for="1.1.1.1;host=b"', 'x-real-ip': '1.1.1.1', 'x-client-ip': '1.1.1.1' }

    expect(clientOf(proxies, '10.0.0.1', headers)).toBe('10.0.0.1')
  })

  it.each([
    ['one client', '203.0.113.7', '203.0.113.7'],
    ['what a client wrote on the left', '6.6.6.6, 203.0.113.7', '203.0.113.7'],
    ['another on the left', '7.7.7.7, 203.0.113.7', '203.0.113.7'],
    ['a trusted address on the left', '10.9.9.9, 203.0.113.7', '203.0.113.7'],
    ['proxies in a row', '6.6.6.6, 203.0.113.7, 10.0.0.3, 10.0.0.2', '203.0.113.7'],
    ['proxies of both families', '203.0.113.7,2001:db8:ffff::9,10.0.0.2', '203.0.113.7'],
    ['a mapped proxy', '203.0.113.7, ::ffff:10.0.0.2', '203.0.113.7'],
    ['proxies alone', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['a port', '203.0.113.7:51234', '203.0.113.7'],
    ['brackets', '[2001:db8::1]', '20010db800000000/64'],
    ['brackets and a port', '[2001:db8::1]:443', '20010db800000000/64'],
    ['quotes', '"203.0.113.7"', '203.0.113.7'],
    ['quotes, brackets and a port', '"[2001:db8::1]:443"', '20010db800000000/64'],
    ['no brackets', '2001:db8::1', '20010db800000000/64'],
    ['white space', ' \t203.0.113.7\t ', '203.0.113.7'],
    ['unknown', 'unknown', '10.0.0.1'],
    ['unknown before a proxy', '203.0.113.7, unknown, 10.0.0.2', '10.0.0.2'],
    ['a hidden name', '6.6.6.6, _hidden', '10.0.0.1'],
    ['an empty entry', '6.6.6.6, ', '10.0.0.1'],
    ['nothing', '', '10.0.0.1'],
    ['the syntax of Forwarded', 'for=6.6.6.6', '10.0.0.1'],
    ['half a bracket', '[2001:db8::1', '10.0.0.1'],
    ['half a quote', '"203.0.113.7', '10.0.0.1'],
    ['a port that is none', '203.0.113.7:http', '10.0.0.1'],
    ['a zone on IPv4', '203.0.113.7%6.6.6.6', '10.0.0.1'],
    ['an octal number', '0313.0.113.7', '10.0.0.1'],
    ['a quote inside', '2"03.0.113.7"', '10.0.0.1'],
    ['a quote that ends inside', '"203.0.113."7', '10.0.0.1'],
    ['something before a bracket', 'x[2001:db8::1]', '10.0.0.1'],
    ['something behind a bracket', '[2001:db8::1]x', '10.0.0.1'],
    ['a port inside', '203.0.113:80.7', '10.0.0.1'],
    ['a port behind IPv4 inside IPv6', '2001:db8::203.0.113.7:80', '10.0.0.1'],
  ])('walks X-Forwarded-For from the right: %s (row 73)', (_what, value, client) => {
    expect(clientOf(proxies, '10.0.0.1', forwarded(value))).toBe(client)
  })

  it('reads two headers as one list (row 73)', () => {
    const request = new Request('http://app.example/')
    request.headers.append('x-forwarded-for', '6.6.6.6')
    request.headers.append('x-forwarded-for', '203.0.113.7')

    expect(createClientAddress(proxies)(request, { incoming: { socket: { remoteAddress: '10.0.0.1' } } })).toEqual([
      203, 0, 113, 7,
    ])
  })

  it('stays bounded for a list of a hundred thousand hops (row 32)', () => {
    expect(clientOf(proxies, '10.0.0.1', forwarded('10.0.0.2,'.repeat(100_000)))).toBe('10.0.0.1')
  })

  it('looks at the last 32 hops, and believes none before them (A4)', () => {
    expect(clientOf(proxies, '10.0.0.1', forwarded('203.0.113.7' + ',10.0.0.2'.repeat(31)))).toBe('203.0.113.7')
    expect(clientOf(proxies, '10.0.0.1', forwarded('203.0.113.7' + ',10.0.0.2'.repeat(32)))).toBe('10.0.0.2')
  })

  it.each([undefined, null, '', 'unix', 7])('is null for the socket address %j (row 74)', (socket) => {
    expect(clientOf(['0.0.0.0/0', '::/0'], socket, forwarded('203.0.113.7'))).toBeNull()
  })

  it('is null where the host tells nothing (row 74)', () => {
    expect(createClientAddress([])(new Request('http://app.example/'), undefined)).toBeNull()
  })
})

describe('trustedProxies', () => {
  it.each([
    ['127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '127.0.0.2', false],
    ['::ffff:127.0.0.1', '127.0.0.1', true],
    ['127.0.0.1', '::ffff:7f00:1', true],
    ['10.0.0.0/8', '10.255.255.255', true],
    ['10.0.0.0/8', '11.0.0.0', false],
    ['10.1.2.3/8', '10.9.9.9', true],
    ['172.16.0.0/12', '172.31.0.1', true],
    ['172.16.0.0/12', '172.32.0.1', false],
    ['192.0.2.128/25', '192.0.2.127', false],
    ['192.0.2.0/31', '192.0.2.1', true],
    ['192.0.2.0/32', '192.0.2.1', false],
    ['0.0.0.0/0', '198.51.100.1', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['::/0', '198.51.100.1', false],
    ['::1', '::1', true],
    ['::1', '::2', false],
    ['fd00::/7', 'fc00::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
  ])('%s: whether %s is trusted is %s', (range, socket, trusted) => {
    expect(clientOf([range], socket, forwarded('6.6.6.6')) === '6.6.6.6').toBe(trusted)
  })

  it('agrees with Node’s own BlockList on ranges of IPv6', () => {
    fc.assert(
      fc.property(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }), (network, socket, bits) => {
        const list = new BlockList()
        list.addSubnet(network, bits, 'ipv6')
        fc.pre(parseAddress(network)?.length === 16 && parseAddress(socket)?.length === 16)

        expect(clientOf([`${network}/${bits}`], socket, forwarded('6.6.6.6')) === '6.6.6.6').toBe(
          list.check(socket, 'ipv6'),
        )
      }),
    )
  })

  it.each([
    '',
    '*',
    'loopback',
    'nginx',
    '10.0.0',
    '10.0.0.0/',
    '10.0.0.0/33',
    '10.0.0.0/-1',
    '10.0.0.0/8.5',
    '10.0.0.0/0x8',
    '10.0.0.0/8/8',
    '10.0.0.0/ 8',
    '10.0.0.0-10.0.0.9',
    '::/129',
    '[::1]',
    '10.0.0.1:80',
    ' 10.0.0.1',
  ])('refuses %j with a ConfigError (row 73)', (range) => {
    expect(() => createClientAddress(['127.0.0.1', range])).toThrow(ConfigError)
    expect(() => createClientAddress(['127.0.0.1', range])).toThrow('trustedProxies takes addresses')
  })
})

describe('createClientAddress at a Unix socket', () => {
  function told(trustedProxies: readonly string[], socket: object, forwardedFor?: string): [string | null, string[]] {
    const reasons: string[] = []
    const headers = forwardedFor === undefined ? {} : forwarded(forwardedFor)
    const clientAddress = createClientAddress(trustedProxies, (why) => reasons.push(why))
    const address = clientAddress(new Request('http://app.example/', { headers }), { incoming: { socket } })
    return [address && addressPrefix(address, 64), reasons]
  }

  const unix = { destroyed: false }

  it.each([
    ['one address', '203.0.113.7', '203.0.113.7'],
    ['what the client wrote, and its address', '10.0.0.1, 203.0.113.7', '203.0.113.7'],
    ['a trusted hop on the way', '203.0.113.7, 10.1.2.3', '203.0.113.7'],
    ['another Unix socket on the way, as nginx calls it', '203.0.113.7, unix:', '203.0.113.7'],
    ['Unix sockets that a client made up', 'unix:, 203.0.113.7', '203.0.113.7'],
    ['trusted hops alone', '10.1.2.3', '10.1.2.3'],
    ['a zone', 'fe80::1%eth0', 'fe80000000000000/64'],
  ])('reads %s, where it is trusted (row 73, B2)', (_what, forwardedFor, client) => {
    expect(told(['unix:', '10.0.0.0/8'], unix, forwardedFor)).toEqual([client, []])
  })

  it.each([
    ['nothing', undefined],
    ['an empty header', ''],
    ['what is no address', 'unknown'],
    ['what is no address, in front of the client', '203.0.113.7, unknown'],
    ['itself alone', 'unix:'],
  ])('says that the proxy tells no client by %s (row 74, B2)', (_what, forwardedFor) => {
    expect(told(['unix:'], unix, forwardedFor)).toEqual([null, ['no_forwarded_for']])
  })

  it('believes nothing, and says so, where it isn’t trusted (rows 73, 74, B2)', () => {
    expect(told([], unix, '203.0.113.7')).toEqual([null, ['unix_socket']])
    expect(told(['127.0.0.1'], unix, '203.0.113.7')).toEqual([null, ['unix_socket']])
  })

  it('makes no peer of a network trusted, and no one who has left (row 73, B2)', () => {
    const there = { destroyed: false, remoteAddress: '198.51.100.1', localAddress: '192.0.2.1' }

    expect(told(['unix:'], there, '203.0.113.7')).toEqual(['198.51.100.1', []])
    expect(told(['unix:'], { ...there, remoteAddress: undefined }, '203.0.113.7')).toEqual(['0.0.0.0', []])
    expect(told(['unix:'], { destroyed: true }, '203.0.113.7')).toEqual(['0.0.0.0', []])
  })

  it('takes no “unix:” of a hop where it isn’t trusted', () => {
    const there = { remoteAddress: '127.0.0.1' }

    expect(told(['127.0.0.1'], there, '203.0.113.7, unix:')).toEqual(['127.0.0.1', []])
  })

  it('says that the host doesn’t tell, where that is so (row 74)', () => {
    expect(told(['unix:'], {}, '203.0.113.7')).toEqual([null, ['not_told']])
  })

  it.each(['unix', 'unix:/run/app.sock', 'UNIX:', 'unix:/8'])('refuses %s, and says how it is written', (text) => {
    expect(() => createClientAddress([text])).toThrow(ConfigError)
    expect(() => createClientAddress([text])).toThrow('"unix:" for a Unix socket')
  })
})
