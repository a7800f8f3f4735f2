import { json } from '@sveltejs/kit'
import { getUser } from 'latchkey'
import type { RequestHandler } from './$types'

export const POST: RequestHandler = async ({ request }) => {
  const { text } = await request.json()
  return json({ by: getUser(request)?.username, text })
}
