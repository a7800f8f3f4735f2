import type { APIRoute } from 'astro'
import { getUser } from 'latchkey'

export const GET: APIRoute = ({ request }) => Response.json({ username: getUser(request)?.username })
