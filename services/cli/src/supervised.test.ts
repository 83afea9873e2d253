import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { supervise } from './supervised.ts'

const silent = pino({ level: 'silent' })

/** A part that a test ends by hand, and how often it was started and stopped. */
function givenPart(faults: readonly (string | null)[] = []) {
  const counts = { started: 0, stopped: 0 }
  let end: (error?: Error) => void = () => {}
  return {
    counts,
    fail: (message: string) => end(new Error(message)),
    async start() {
      const fault = faults[counts.started++]
      if (fault) throw new Error(fault)
      const ended = new Promise<void>((resolve, reject) => {
        end = (error) => (error ? reject(error) : resolve())
      })
      return {
        ended,
        async stop() {
          counts.stopped++
          end()
        },
      }
    },
  }
}

function givenGate() {
  let open: () => void = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

describe('a supervised part', () => {
  it('is started again when it ends by an error, and says so until it has been up for a while', async () => {
    const part = givenPart()
    const supervised = await supervise('clerk', part.start, silent, 5)
    expect(supervised.fault()).toBeNull()
    part.fail('database or disk is full')
    await expect.poll(() => supervised.fault()).toBe('the clerk has stopped: database or disk is full')
    await expect.poll(() => supervised.fault()).toBeNull()
    expect(part.counts).toEqual({ started: 2, stopped: 1 })
    await supervised.stop()
    expect(part.counts).toEqual({ started: 2, stopped: 2 + 1 })
  })

  it('is tried again and again when it does not even start', async () => {
    const part = givenPart([null, 'still full', 'still full', null])
    const supervised = await supervise('projector', part.start, silent, 2)
    part.fail('disk is full')
    await expect.poll(() => part.counts.started).toBe(4)
    await expect.poll(() => supervised.fault()).toBeNull()
    await supervised.stop()
  })

  it('throws what keeps it from starting the first time', async () => {
    const part = givenPart(['the read store belongs to another ledger'])
    await expect(supervise('projector', part.start, silent)).rejects.toThrow('another ledger')
  })

  it('stops at once, also while it waits to be started again', async () => {
    const part = givenPart()
    const supervised = await supervise('clerk', part.start, silent, 3_600_000)
    part.fail('disk is full')
    await expect.poll(() => supervised.fault()).not.toBeNull()
    await supervised.stop()
    expect(part.counts.started).toBe(1)
  })

  it('starts anew when asked to, without a fault and without a pause', async () => {
    const part = givenPart()
    const supervised = await supervise('projector', part.start, silent, 3_600_000)
    await supervised.restart()
    await expect.poll(() => part.counts).toEqual({ started: 2, stopped: 2 })
    expect(supervised.fault()).toBeNull()
    await supervised.stop()
  })

  it('starts anew when asked to while it starts, and tells its next fault as any other', async () => {
    const part = givenPart()
    const starting = givenGate()
    const supervised = await supervise(
      'projector',
      async () => {
        if (part.counts.started === 1) await starting.opened
        return await part.start()
      },
      silent,
      3_600_000,
    )
    await supervised.restart()
    await expect.poll(() => part.counts).toEqual({ started: 1, stopped: 2 })
    await supervised.restart()
    starting.open()
    await expect.poll(() => part.counts.started).toBe(3)
    expect(supervised.fault()).toBeNull()
    part.fail('a fold is wrong')
    await expect.poll(() => supervised.fault()).toContain('a fold is wrong')
    await supervised.stop()
    expect(part.counts.started).toBe(3)
  })

  it('starts anew when asked to while it waits after a fault', async () => {
    const part = givenPart()
    const supervised = await supervise('projector', part.start, silent, 3_600_000)
    part.fail('a fold is wrong')
    await expect.poll(() => supervised.fault()).toContain('a fold is wrong')
    await supervised.restart()
    await expect.poll(() => part.counts.started).toBe(2)
    await supervised.stop()
  })
})
