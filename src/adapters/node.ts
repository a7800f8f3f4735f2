export type { AnyFetchHandler } from '../http/fetch-handler.ts'
export { createNodeGuard, type NodeGuard, userOf as getUser } from './node-guard.ts'
export { type NodeHandler, toNodeHandler } from './node-handler.ts'
export { type NodeServer, type ServeOptions, serveNode } from './serve-node.ts'
