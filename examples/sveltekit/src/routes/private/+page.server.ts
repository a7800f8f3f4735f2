import { getUser } from 'latchkey'
import type { PageServerLoad } from './$types'

export const trailingSlash = 'always'
export const load: PageServerLoad = ({ request }) => ({ username: getUser(request)?.username })
