export { sessionStoreContract } from './session-store-contract.ts'
export { userStoreContract } from './user-store-contract.ts'
