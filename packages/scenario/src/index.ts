export * from './changzhou.ts'
export { flagshipCampaign } from './flagship.ts'
export * from './run-scenario.ts'
export type { Expected, ScenarioCommand, Wave } from './wave.ts'
