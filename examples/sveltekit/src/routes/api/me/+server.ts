import { json } from '@sveltejs/kit'
import { getUser } from 'latchkey'
import type { RequestHandler } from './$types'

export const GET: RequestHandler = ({ request }) => json({ username: getUser(request)?.username })
