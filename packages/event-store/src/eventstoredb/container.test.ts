import { GenericContainer, getContainerRuntimeClient, ImageName, Wait } from 'testcontainers'
import { afterAll, beforeAll, describe, it } from 'vitest'
import { eventStoreContract } from '../event-store.contract.ts'
import { withDeadline } from './patience.ts'
import { onRealServer } from './real-server.test-kit.ts'

/** A real server in a container, where an engine for containers answers and has the image, or can pull it. */
const image = process.env.FIRELEDGER_TEST_ESDB_IMAGE ?? 'eventstore/eventstore:23.10.2-bookworm-slim'
const engineMs = 3000
const pullMs = 60_000
const startMs = 90_000

// We remove the container ourselves; the reaper would be a second image to pull.
process.env.TESTCONTAINERS_RYUK_DISABLED ??= 'true'

/** Null when the container can be started; otherwise what is missing, in words for the report. */
async function missing(): Promise<string | null> {
  const engine = await withDeadline(getContainerRuntimeClient(), engineMs, 'engine').catch(() => null)
  if (engine === null) return 'no engine for containers answers'
  const name = ImageName.fromString(image)
  try {
    if (await withDeadline(engine.image.exists(name), engineMs, 'image')) return null
    await withDeadline(engine.image.pull(name), pullMs, 'pull')
    return null
  } catch (error) {
    const why = String(error).split('\n', 1)[0]
    return `the engine for containers has no image ${image} and cannot pull it (${why}); name another: FIRELEDGER_TEST_ESDB_IMAGE=…`
  }
}

const reason = await missing()

describe('a real EventStoreDB in a container', () => {
  if (reason !== null) {
    it.skip(`is not tested: ${reason}`, () => {})
    return
  }
  let address = ''
  let stop = async () => {}

  beforeAll(async () => {
    const container = await new GenericContainer(image)
      .withEnvironment({
        EVENTSTORE_INSECURE: 'true',
        EVENTSTORE_MEM_DB: 'true',
        EVENTSTORE_TELEMETRY_OPTOUT: 'true',
      })
      .withExposedPorts(2113)
      .withWaitStrategy(Wait.forHttp('/health/live', 2113).forStatusCode(204))
      .withStartupTimeout(startMs)
      .start()
    stop = async () => void (await container.stop())
    address = `esdb://${container.getHost()}:${container.getMappedPort(2113)}?tls=false`
  }, startMs)

  afterAll(() => stop())

  eventStoreContract(
    image,
    onRealServer(() => address),
  )
})
