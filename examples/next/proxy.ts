import { sessionProxy } from 'latchkey/adapters/next'
import { NextResponse } from 'next/server'
import { auth } from './lib/auth'

export const proxy = sessionProxy({ auth, next: () => NextResponse.next() })

export const config = { matcher: ['/private/:path*', '/api/:path*'] }
