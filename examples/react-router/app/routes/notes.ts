import type { ActionFunctionArgs } from 'react-router'
import { userContext } from '../user-context'

export async function action({ request, context }: ActionFunctionArgs) {
  const { text } = await request.json()
  return Response.json({ by: context.get(userContext)?.username, text })
}
