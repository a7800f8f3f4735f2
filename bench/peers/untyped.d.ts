declare module 'better-sqlite3-session-store' {
  import type { Store } from 'express-session'
  import type session from 'express-session'

  export default function create(by: typeof session): new (options: { client: object }) => Store
}
