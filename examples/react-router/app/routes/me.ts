import type { LoaderFunctionArgs } from 'react-router'
import { userContext } from '../user-context'

export function loader({ context }: LoaderFunctionArgs) {
  return Response.json({ username: context.get(userContext)?.username })
}
