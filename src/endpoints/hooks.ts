import { RefusedByHookError } from '../errors.ts'
import { runAppCode } from '../time-limit.ts'

/** The app's own code, called by an endpoint. A returned string refuses the request and is shown, as text. */
export type Hook<Context> = (
  context: Context,
) => string | null | undefined | void | Promise<string | null | undefined | void>

/** @throws {RefusedByHookError} With the first sentence that a hook returns, and this status. */
export async function runHooks<Context>(
  hooks: readonly Hook<Context>[] | undefined,
  context: Context,
  status: RefusedByHookError['status'],
): Promise<void> {
  for (const hook of hooks ?? []) {
    const sentence = await runAppCode('A hook', () => hook(context))
    if (typeof sentence === 'string') throw new RefusedByHookError(sentence, status)
  }
}
