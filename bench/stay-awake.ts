/**
 * Keeps this process from sleeping until the returned function is called. Whoever writes to a process that sleeps pays for
 * waking it, so that a server which keeps this one waiting would be charged more for each answer than one which doesn't.
 */
export function stayAwake(): () => void {
  let next = setImmediate(turn)
  function turn(): void {
    next = setImmediate(turn)
  }
  return () => clearImmediate(next)
}
