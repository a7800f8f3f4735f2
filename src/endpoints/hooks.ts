import { RefusedByHookError } from '../errors.ts'

/** The app's own code, called by an endpoint. A returned string refuses the request and is shown, as text. */
export type Hook<Context> = (
  context: Context,
) => string | null | undefined | void | Promise<string | null | undefined | void>

const timeoutMs = 5_000

/** @throws {RefusedByHookError} With the first sentence that a hook returns, and this status. */
export async function runHooks<Context>(
  hooks: readonly Hook<Context>[] | undefined,
  context: Context,
  status: RefusedByHookError['status'],
): Promise<void> {
  for (const hook of hooks ?? []) {
    const sentence = await withTimeout(hook, context)
    if (typeof sentence === 'string') throw new RefusedByHookError(sentence, status)
  }
}

async function withTimeout<Context>(hook: Hook<Context>, context: Context): Promise<unknown> {
  const { promise: timeout, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('A hook took longer than five seconds.')), timeoutMs)
  try {
    return await Promise.race([hook(context), timeout])
  } finally {
    clearTimeout(timer)
  }
}
