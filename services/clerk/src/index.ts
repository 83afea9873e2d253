export * from './clerk.ts'
export { type CheckpointStore, createMemoryCheckpointStore } from './memory.ts'
export * from './sqlite-checkpoint-store.ts'
