export { type AnyFetchHandler, type NodeHandler, toNodeHandler } from './node-handler.ts'
export { type NodeServer, type ServeOptions, serveNode } from './serve-node.ts'
