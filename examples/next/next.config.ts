import type { NextConfig } from 'next'

const config: NextConfig = {
  // Links of latchkey end in a slash, and Next would send each of them somewhere else first.
  skipTrailingSlashRedirect: true,
  // It has native code, and starts threads from files of its own.
  serverExternalPackages: ['latchkey'],
}
export default config
