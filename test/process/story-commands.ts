import { equal } from 'node:assert/strict'
import * as fc from 'fast-check'
import { hours, minutes } from '../../src/duration.ts'
import type { Actor, Deed, Outcome } from './story-actor.ts'
import type { Model } from './story-model.ts'

/** The processes of one story, and what browsers hold. Names are the story's own, since stories share a database. */
export interface World {
  readonly actors: readonly Actor[]
  readonly toName: (name: string) => string
  /** The last token of each browser, whatever became of it. */
  readonly cookies: Map<string, string>
  /** Every token that was ever handed out. */
  readonly tokens: string[]
}

type Step = fc.AsyncCommand<Model, World>

/** One line of a story, and what has to come of it. */
function step(line: string, run: (model: Model, world: World) => Promise<void>): Step {
  return { check: () => true, run, toString: () => line }
}

const server = fc.constantFrom(1, 2)
const name = fc.constantFrom('ann', 'bob')
const browser = fc.constantFrom('phone', 'laptop')
const password = fc.constantFrom('correct horse', 'battery staple')

async function ask(
  model: Model,
  { actors }: World,
  at: number,
  deed: Partial<Deed> & Pick<Deed, 'verb'>,
): Promise<Outcome> {
  const actor = actors[at - 1] ?? actors[0]
  return actor?.({ now: model.now, username: '', token: '', password: '', newPassword: '', ...deed }) ?? null
}

const registers = fc.tuple(server, name, password).map(([at, who, chosen]) =>
  step(`${who} registers on server ${at} with "${chosen}"`, async (model, world) => {
    const username = world.toName(who)
    const isFree = !model.passwords.has(username)
    if (isFree) model.passwords.set(username, chosen)

    equal(await ask(model, world, at, { verb: 'register', username, password: chosen }), isFree)
  }),
)

const logsIn = fc.tuple(server, name, browser, password).map(([at, who, device, tried]) =>
  step(`${who} logs in with the ${device} on server ${at} with "${tried}"`, async (model, world) => {
    const username = world.toName(who)
    const token = await ask(model, world, at, { verb: 'logIn', username, password: tried })

    equal(token !== null, model.passwords.get(username) === tried)
    if (typeof token !== 'string') return
    model.start(username, token)
    world.cookies.set(device, token)
    world.tokens.push(token)
  }),
)

const visits = fc.tuple(server, browser).map(([at, device]) =>
  step(`the ${device} visits server ${at}`, async (model, world) => {
    const token = world.cookies.get(device) ?? ''

    equal(await ask(model, world, at, { verb: 'visit', token }), model.visit(token)?.username ?? null)
  }),
)

const lists = fc.tuple(server, name).map(([at, who]) =>
  step(`${who} counts sessions on server ${at}`, async (model, world) => {
    const username = world.toName(who)

    equal(await ask(model, world, at, { verb: 'list', username }), model.countLive(username))
  }),
)

const logsOut = fc.tuple(server, browser).map(([at, device]) =>
  step(`the ${device} logs out on server ${at}`, async (model, world) => {
    const token = world.cookies.get(device) ?? ''
    model.end((session) => session.token === token)
    await ask(model, world, at, { verb: 'logOut', token })
  }),
)

const endsOthers = fc.tuple(server, browser).map(([at, device]) =>
  step(`the ${device} ends the others on server ${at}`, async (model, world) => {
    const token = world.cookies.get(device) ?? ''
    const own = model.visit(token)
    if (own !== null) model.end((other) => other.username === own.username && other.token !== token)

    equal(await ask(model, world, at, { verb: 'endOthers', token }), own !== null)
  }),
)

const endsAll = fc.tuple(server, name).map(([at, who]) =>
  step(`${who} ends all sessions on server ${at}`, async (model, world) => {
    const username = world.toName(who)
    model.end((session) => session.username === username)

    equal(await ask(model, world, at, { verb: 'endAll', username }), model.passwords.has(username))
  }),
)

const changesPassword = fc.tuple(server, browser, password, password).map(([at, device, current, next]) =>
  step(`the ${device} changes "${current}" to "${next}" on server ${at}`, async (model, world) => {
    const token = world.cookies.get(device) ?? ''
    const username = model.visit(token)?.username ?? ''
    const isRight = model.passwords.get(username) === current
    if (isRight) {
      model.passwords.set(username, next)
      model.end((session) => session.username === username)
    }
    const deed = { verb: 'changePassword', token, password: current, newPassword: next } as const

    equal(await ask(model, world, at, deed), isRight)
  }),
)

const cleans = server.map((at) =>
  step(`server ${at} cleans up`, async (model, world) => void (await ask(model, world, at, { verb: 'clean' }))),
)

const timePasses = fc.constantFrom(minutes(10), hours(13)).map((seconds) =>
  step(`${seconds / 60} minutes pass`, async (model) => {
    model.now += seconds
  }),
)

/** Looks at every token that there ever was, on every server. */
export async function checkAllTokens(model: Model, world: World): Promise<void> {
  for (const token of world.tokens) {
    for (const at of [1, 2]) {
      equal(await ask(model, world, at, { verb: 'visit', token }), model.visit(token)?.username ?? null)
    }
  }
}

const rare = [lists, logsOut, endsOthers, endsAll, changesPassword, cleans]
const common = [registers, logsIn, logsIn, visits, visits, visits, timePasses, timePasses]

/** Stories of up to forty lines. */
export const stories: fc.Arbitrary<Iterable<Step>> = fc.commands([...rare, ...common, ...common], {
  maxCommands: 40,
  size: 'max',
})
