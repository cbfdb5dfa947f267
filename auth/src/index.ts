/** What composition roots need of auth. */
export type { AuthConfig } from './auth-config.ts';
export type { Clock } from './clock.ts';
export { type Auth, type AuthDeps, createAuth } from './create-auth.ts';
export { type AddressOf, subscriberOf } from './http/address-of.ts';
export type { Log } from './log.ts';
export { readAccountRecords } from './storage/account-records.ts';
export type { AccountRecord, AccountStore } from './storage/account-store.ts';
export { createMemoryAccountStore } from './storage/memory-account-store.ts';
export { createMongoAccountStore } from './storage/mongo-account-store.ts';
export { createSqliteAccountStore } from './storage/sqlite-account-store.ts';
export { createSigningKeys, type SigningKeys } from './tokens/signing-keys.ts';
export { createTokenVerifier, type TokenError, type TokenVerifier } from './tokens/token-verifier.ts';
