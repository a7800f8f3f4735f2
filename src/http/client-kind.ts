import type { RequestHead } from './fetch-handler.ts'

/** Several times as long as any browser's; what follows isn't looked at. */
const maxAcceptLength = 2_048

/** Whether the client is a browser: one whose `Accept` names `text/html`. Everything else is a program. */
export function isBrowser(request: RequestHead): boolean {
  return accepts(request, 'text/html')
}

/** Whether `Accept` names `application/json`: then success is JSON instead of a redirect. */
export function asksForJson(request: RequestHead): boolean {
  return accepts(request, 'application/json')
}

function accepts(request: RequestHead, mediaType: string): boolean {
  const ranges = request.headers.get('accept')?.slice(0, maxAcceptLength).toLowerCase().split(',') ?? []
  return ranges.some((range) => {
    const [name, ...parameters] = range.split(';').map((part) => part.trim())
    return name === mediaType && !parameters.some((parameter) => /^q=0(?:\.0*)?$/.test(parameter))
  })
}
