import { redirect } from 'next/navigation'
import { getUser } from '../../lib/auth'

export default async function Page() {
  const user = await getUser()
  if (user === null) redirect('/login/')
  return <h1>{`Hello ${user.username}`}</h1>
}
