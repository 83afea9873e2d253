export * from './errors.ts'
export * from './master-key.ts'
export { personsIn } from './person-paths.ts'
export * from './vault.ts'
