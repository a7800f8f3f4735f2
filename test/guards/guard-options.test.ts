import { describe, expect, it } from 'vitest'
import { createGetUser } from '../../src/adapters/next.ts'
import { ConfigError, type ProtectOptions } from '../../src/index.ts'
import { allGuards } from '../walks/guards.ts'
import { createGuardWorld } from './guard-app.ts'

/** One value of each option that isn't its default. */
const options = {
  adminOnly: true,
  superuserOnly: true,
  activeOnly: false,
  allowUnauthenticated: true,
  excludedPaths: ['/health'],
  loginUrl: '/enter/',
} satisfies ProtectOptions

type Name = keyof typeof options

/** What comes of each pair: what contradicts itself, or whom the guard lets through, and where others go. */
const pairs: Readonly<Record<string, 'contradiction' | 'both hold' | 'the second means nothing'>> = {
  'adminOnly superuserOnly': 'both hold',
  'adminOnly activeOnly': 'both hold',
  'adminOnly allowUnauthenticated': 'contradiction',
  'adminOnly excludedPaths': 'both hold',
  'adminOnly loginUrl': 'both hold',
  'superuserOnly activeOnly': 'both hold',
  'superuserOnly allowUnauthenticated': 'contradiction',
  'superuserOnly excludedPaths': 'both hold',
  'superuserOnly loginUrl': 'both hold',
  'activeOnly allowUnauthenticated': 'both hold',
  'activeOnly excludedPaths': 'both hold',
  'activeOnly loginUrl': 'both hold',
  'allowUnauthenticated excludedPaths': 'both hold',
  'allowUnauthenticated loginUrl': 'the second means nothing',
  'excludedPaths loginUrl': 'both hold',
}

const names = Object.keys(options) as Name[]
const allPairs = names.flatMap((one, index) => names.slice(index + 1).map((other) => [one, other] as const))
const walk = allGuards.flatMap(([guardName, guard]) =>
  allPairs.map(([one, other]) => ({ guardName, guard, one, other, outcome: pairs[`${one} ${other}`] })),
)

async function create(guard: (typeof allGuards)[number][1], given: object): Promise<void> {
  const { auth } = await createGuardWorld()
  // Some make their app at the first request.
  await guard({ auth, ...given })('/health')
}

describe('every pair of options', () => {
  it('has its row', () => {
    expect(Object.keys(pairs)).toEqual(allPairs.map((pair) => pair.join(' ')))
  })

  it.each(walk.filter(({ outcome }) => outcome === 'contradiction'))(
    '$guardName refuses $one with $other (B6)',
    async ({ guard, one, other }) => {
      const made = create(guard, { [one]: options[one], [other]: options[other] })

      await expect(made).rejects.toThrow(ConfigError)
      await expect(made).rejects.toThrow('allowUnauthenticated lets everyone through')
    },
  )

  it.each(walk.filter(({ outcome }) => outcome !== 'contradiction'))(
    '$guardName takes $one with $other (B6)',
    async ({ guard, one, other }) => {
      await expect(create(guard, { [one]: options[one], [other]: options[other] })).resolves.toBeUndefined()
    },
  )
})

describe('every guard', () => {
  const wrong: readonly [what: string, options: object, cure: RegExp][] = [
    ['for admins that leaves every path alone', { adminOnly: true, excludedPaths: ['/*'] }, /every path alone/],
    ['for superusers that does', { superuserOnly: true, excludedPaths: ['/health', '/*'] }, /every path alone/],
    ['with an unknown option', { adminsOnly: true }, /no option "adminsOnly".*adminOnly/],
    ['with a flag that is text', { adminOnly: 'false' }, /adminOnly is true or false/],
    ['with a flag that is null', { activeOnly: null }, /activeOnly is true or false/],
    ['with a path instead of a list', { excludedPaths: '/health' }, /excludedPaths takes/],
    ['with what is no path', { excludedPaths: [/health/] }, /excludedPaths takes/],
  ]

  it.each(
    allGuards.flatMap(([name, guard]) => wrong.map(([what, given, cure]) => ({ name, guard, what, given, cure }))),
  )('$name $what is refused when it is made (B6)', async ({ guard, given, cure }) => {
    const made = create(guard, given)

    await expect(made).rejects.toThrow(ConfigError)
    await expect(made).rejects.toThrow(cure)
  })

  it.each(allGuards)('%s takes options that are undefined for those that are missing', async (_name, guard) => {
    const given = {
      adminOnly: undefined,
      allowUnauthenticated: undefined,
      excludedPaths: undefined,
      loginUrl: undefined,
    }

    await expect(create(guard, given)).resolves.toBeUndefined()
  })
})

describe('createGetUser', () => {
  it('takes no options of guards: it lets nobody through', async () => {
    const { auth } = await createGuardWorld()
    const given = { auth, headers: () => new Headers(), adminOnly: true }

    expect(() => createGetUser(given)).toThrow(/no option "adminOnly"/)
  })
})
