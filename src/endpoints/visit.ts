import { crypto } from '../crypto.ts'
import type { Auth } from '../auth.ts'
import type { Device } from '../device/device-store.ts'
import { UnavailableError, isMistake } from '../errors.ts'
import type { EventDetails } from '../events.ts'
import { findRequestUser } from '../guards/request-user.ts'
import type { Form } from '../http/form.ts'
import { addressPrefix, formatAddress } from '../http/client-address.ts'
import { isBrowser } from '../http/client-kind.ts'
import { isUnixSocket } from '../http/host-context.ts'
import type { AddressKeys } from '../throttle/attempt.ts'
import type { Visitor } from '../throttle/throttle.ts'
import type { User } from '../user/user-store.ts'

/** One request at an endpoint, and what is known of who sent it. It remembers: nothing is looked up twice. */
export interface Visit {
  readonly request: Request
  readonly context: unknown
  /** Under which the request's events are found again. */
  readonly requestId: string
  readonly browser: boolean
  readonly address: AddressKeys | null
  /** The client's whole address, as text; `null` when unknown. */
  readonly clientAddress: string | null
  /** What was sent; `null` on GET, and where it couldn't be read. */
  form: Form | null
  /** Who is asked for a CAPTCHA: the address alone, until a try tells more. */
  visitor: Visitor
  /** The known device that it comes from. */
  device(): Promise<Device | null>
  /** Whom a page can greet; `null` also while the database can't tell: a public page is shown all the same. */
  user(): Promise<User | null>
  /** Tells of an error that is a mistake, once: a broken database is asked more than once. */
  reportMistake(error: unknown): void
}

/** Whoever comes over a Unix socket that isn't named in `trustedProxies`: a proxy, and its clients with it. */
const behindUnixSocket: AddressKeys = { narrow: 'unix', wide: 'unix', isCrowd: true }

export function createVisit(auth: Auth, request: Request, context: unknown): Visit {
  const found = auth.clientAddress(request, context)
  const ofAddress = found && { narrow: addressPrefix(found, 64), wide: addressPrefix(found, 48) }
  const address = ofAddress ?? (isUnixSocket(context) ? behindUnixSocket : null)
  let device: Promise<Device | null> | null = null
  let user: Promise<User | null> | null = null
  let hasTold = false

  async function findUser(): Promise<User | null> {
    const token = auth.cookie.read(request.headers)
    if (token === null) return null
    try {
      // A guard in front has asked already.
      const known = findRequestUser(request) ?? (await auth.sessions.find(token, isNoUse))?.user
      return known?.active === true ? known : null
    } catch (error) {
      if (!(error instanceof UnavailableError)) throw error
      visit.reportMistake(error)
      return null
    }
  }

  const visit: Visit = {
    request,
    context,
    requestId: crypto().randomUUID(),
    browser: isBrowser(request),
    address,
    clientAddress: found && formatAddress(found),
    form: null,
    visitor: { address },
    device: () => (device ??= auth.devices.find(request.headers)),
    user: () => (user ??= findUser()),

    reportMistake(error) {
      if (hasTold || !isMistake(error)) return
      hasTold = true
      auth.report('error', { ...eventDetails(visit), error })
    },
  }
  return visit
}

/** What each event of a visit carries: the user, too, where a guard stands in front. */
export function eventDetails({ request, requestId, address, clientAddress }: Visit): EventDetails {
  const userId = findRequestUser(request)?.id ?? null
  return { requestId, userId, actor: userId, addressPrefix: clientAddress && (address?.narrow ?? null) }
}

/** A page that greets serves nobody in particular. */
function isNoUse(): boolean {
  return false
}
