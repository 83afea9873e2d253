export type { SimulationFormat, SimulationResult, SimulationSummary } from './result.ts'
export * from './rulebooks.ts'
export * from './simulate.ts'
