export { type LoggedIn, loginAs } from './login-as.ts'
export { type MovableClock, createMovableClock } from './movable-clock.ts'
