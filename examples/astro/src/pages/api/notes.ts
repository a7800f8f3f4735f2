import type { APIRoute } from 'astro'
import { getUser } from 'latchkey'

export const POST: APIRoute = async ({ request }) => {
  const { text } = await request.json()
  return Response.json({ by: getUser(request)?.username, text })
}
