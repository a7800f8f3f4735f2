export { type FakeCaptcha, fakeCaptcha } from './fake-captcha.ts'
export { type LoggedIn, loginAs } from './login-as.ts'
export { type MovableClock, createMovableClock } from './movable-clock.ts'
