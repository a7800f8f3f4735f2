export { type Auth, type AuthOptions, type Wiring, createAuth, defaultAuth } from './auth.ts'
export { type Clock, systemClock } from './clock.ts'
export { days, hours, minutes } from './duration.ts'
export {
  BodyTooLargeError,
  CaptchaFailedError,
  ConfigError,
  CrossSiteError,
  type ErrorCode,
  type Fault,
  type FieldError,
  type FieldErrorCode,
  ForbiddenError,
  InvalidFormError,
  LatchkeyError,
  LoginFailedError,
  MalformedBodyError,
  MethodNotAllowedError,
  NotFoundError,
  NotLoggedInError,
  ReadOnlyError,
  type RefusalCode,
  RefusedByHookError,
  RequestError,
  RequestTooSlowError,
  TooManyTriesError,
  UnavailableError,
  UnsupportedBodyError,
  type Wording,
} from './errors.ts'
export type { AuthEvent, AuthEventType, EventListener, Occasion } from './events.ts'
export { englishTexts } from './english-texts.ts'
export { type FieldProblem, type RefusalWords, refusalWords } from './refusal-words.ts'
export { say } from './say.ts'
export type {
  CountedText,
  FieldTexts,
  PageTexts,
  PluralText,
  RefusalTexts,
  Sentences,
  TextOptions,
  Texts,
  TextValues,
} from './texts.ts'

export type { Captcha, CaptchaDetails, CaptchaOption, VerifyCaptcha } from './captcha/captcha.ts'

export type {
  LoginHook,
  LoginHookContext,
  LoginHooks,
  RegisterHook,
  RegisterHookContext,
  RegisterHooks,
} from './endpoints/hooks.ts'
export { type ChangePasswordOptions, changePassword } from './endpoints/change-password.ts'
export { type RegisterOptions, type UserDefaults, register } from './endpoints/register.ts'
export { type SessionLoginOptions, sessionLogin } from './endpoints/session-login.ts'
export { type SessionLogoutOptions, sessionLogout } from './endpoints/session-logout.ts'

export type { AuthenticateOptions, AuthResult } from './guards/authenticate.ts'
export { type Guard, type ProtectOptions, createGuard, getUser, protect } from './guards/protect.ts'
export { type RateLimitOptions, rateLimit } from './guards/rate-limit.ts'

export type { FetchHandler } from './http/fetch-handler.ts'
export { type HostContext, hostContext } from './http/host-context.ts'
export type { CspSources } from './pages/content-security-policy.ts'
export type { Links } from './pages/links.ts'

export type { TokenCookie } from './token/token-cookie.ts'
export type { SeparateSessions, SessionRisk } from './session/separate-sessions.ts'
export type { Session, SessionPosition, SessionStore } from './session/session-store.ts'
export type { ListedSession, LiveSession, Sessions, StartedSession } from './session/sessions.ts'
export type { SplitStore, Store } from './stores/store.ts'
export type { Counted, CounterStore, Tally } from './throttle/counter-store.ts'
export type { Device, DeviceStore } from './device/device-store.ts'
export type { KnownDevices, ListedDevice } from './device/known-devices.ts'
export type { AddressKeys, Attempt, KnownDevice } from './throttle/attempt.ts'
export type { Limit } from './throttle/limiter.ts'
export type { LimitOptions, Limits, Purpose, PurposeLimits } from './throttle/default-limits.ts'
export type { Throttle, Visitor } from './throttle/throttle.ts'
export type { HashShare } from './password/hash-share.ts'
export type { PasswordPolicy, PasswordPolicyOption } from './password/password-policy.ts'
export { type MemoryCountersOptions, memoryCounters } from './throttle/memory-counters.ts'
export type { TakenField, User, UserChanges, UserRecord, UserStore } from './user/user-store.ts'
export type { ImportedUser } from './user/import-user.ts'
export type { NewUser } from './user/new-user.ts'
export type { PasswordChange } from './user/password-change.ts'
export type { LoginCandidate, LoginCheck, LoginFailureReason } from './user/login-check.ts'
export type { Users } from './user/users.ts'
