import {
  BodyTooLargeError,
  MethodNotAllowedError,
  type RequestError,
  RequestTooSlowError,
  TooManyTriesError,
  UnavailableError,
} from '../errors.ts'

/** The headers that belong to a refusal whatever its form: when to try again, which methods are answered, that it is the last. */
export function withRefusalHeaders(response: Response, error: RequestError | UnavailableError): Response {
  if (error instanceof TooManyTriesError || error instanceof UnavailableError) {
    response.headers.set('Retry-After', String(error.retryAfter))
  }
  if (error instanceof MethodNotAllowedError) response.headers.set('Allow', error.allow)
  // What is left of the body is read by nobody, so no other request can follow it.
  if (error instanceof BodyTooLargeError || error instanceof RequestTooSlowError) {
    response.headers.set('Connection', 'close')
  }
  return response
}
