import { getUser } from '../../../lib/auth'

export async function POST(request: Request) {
  const user = await getUser()
  const { text } = await request.json()
  return Response.json({ by: user?.username, text })
}
