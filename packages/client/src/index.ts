export type * from './answers.ts'
export { type Client, type ClientOptions, type CommandRequest, createClient } from './client.ts'
export type { CloseReason } from './close-reasons.ts'
export type { UploadedFile, UploadOptions } from './evidence.ts'
export { type Answer, type Query, queryString, type TokenSource } from './http.ts'
export type { LiveFeed, LiveOptions, LiveState, LiveStatus, LiveWish, SocketConstructor } from './live.ts'
export { type CitedLaw, type FieldFault, type Problem, ProblemError } from './problem.ts'
export type {
  FailedSimulation,
  FinishedSimulation,
  RunningSimulation,
  SimulatedGrade,
  SimulatedGradeCount,
  SimulatedKind,
  SimulatedLine,
  SimulatedMovement,
  SimulationResult,
  SimulationWish,
} from './simulations.ts'
