export { httpContract } from './http-contract.ts'
export type { HttpContractApp, HttpContractSettings, StartHttpContractApp } from './http-world.ts'
export { sessionStoreContract } from './session-store-contract.ts'
export { userStoreContract } from './user-store-contract.ts'
