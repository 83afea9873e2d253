export * from './import-file.ts'
export * from './mapping.ts'
export * from './shipped.ts'
