// Exit code 0 when the process in this container answers: for an image without curl.
// Projector and clerk answer there, and listen on nothing else.
const port = process.env.FIRELEDGER_HEALTH_PORT ?? process.env.FIRELEDGER_PORT ?? '8119'
const answer = await fetch(`http://127.0.0.1:${port}/health`, { signal: AbortSignal.timeout(2500) }).catch(
  () => null,
)
process.exitCode = answer?.ok ? 0 : 1
