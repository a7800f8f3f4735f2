import { type LoaderFunctionArgs, useLoaderData } from 'react-router'
import { userContext } from '../user-context'

export function loader({ context }: LoaderFunctionArgs) {
  return { username: context.get(userContext)?.username }
}

export default function Private() {
  const { username } = useLoaderData<typeof loader>()
  return <h1>{`Hello ${username}`}</h1>
}
