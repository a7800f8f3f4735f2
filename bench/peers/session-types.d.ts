import 'express-session'
import 'fastify'

declare module 'express-session' {
  interface SessionData {
    userId?: string
  }
}

declare module 'fastify' {
  interface Session {
    userId?: string
  }
}
