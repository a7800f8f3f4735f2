import { type RouteConfig, layout, route } from '@react-router/dev/routes'

export default [
  layout('users-only.tsx', [
    route('private', 'routes/private.tsx'),
    route('api/me', 'routes/me.ts'),
    route('api/notes', 'routes/notes.ts'),
  ]),
] satisfies RouteConfig
