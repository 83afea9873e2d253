import { unit } from '@fireledger/domain'
import type { Command, Submission } from '@fireledger/event-store'
import { describe, expect, it } from 'vitest'
import { runScenario } from './run-scenario.ts'
import type { Expected, ScenarioCommand, Wave } from './wave.ts'

const accepted: Submission = { kind: 'accepted', revision: 0, position: 0n, eventIds: [], replayed: false }
const refused = (code: string): Submission => ({
  kind: 'refused',
  refusal: { code, message: { zh: '不行', en: 'not so' }, legalBasis: ['FL:53'] },
  position: null,
  replayed: false,
})

function command(commandId: string, expected: Expected = 'accepted'): ScenarioCommand {
  return {
    category: unit,
    type: 'CloseUnit',
    id: '01HE0000000000000000000001',
    data: {},
    effectiveAt: null,
    commandId,
    correlationId: commandId,
    causationId: null,
    actor: { id: 'officer-320402-001', role: 'registrar', division: '320402' },
    expected,
  }
}

const waves: readonly Wave[] = [
  { at: '2024-03-01T01:00:00.000Z', commands: [command('a'), command('b')] },
  { at: '2024-03-01T02:00:00.000Z', commands: [command('c')] },
  { at: '2024-03-04T01:00:00.000Z', commands: [command('d')] },
]

function recorder(answer: (command: Command) => Submission = () => accepted) {
  const log: string[] = []
  return {
    log,
    submit: async (command: Command, now: string) => {
      log.push(`${command.commandId} ${now}`)
      return answer(command)
    },
    settle: async (now: string) => {
      log.push(`settle ${now}`)
    },
  }
}

describe('running a scenario', () => {
  it('sets the clock by the wave and settles at the end of each day, quiet days too', async () => {
    const { log, ...doors } = recorder()
    const progress = await runScenario(waves, doors)
    expect(log).toEqual([
      'a 2024-03-01T01:00:00.000Z',
      'b 2024-03-01T01:00:00.000Z',
      'c 2024-03-01T02:00:00.000Z',
      'settle 2024-03-01T15:59:00.000Z',
      'settle 2024-03-02T15:59:00.000Z',
      'settle 2024-03-03T15:59:00.000Z',
      'd 2024-03-04T01:00:00.000Z',
      'settle 2024-03-04T15:59:00.000Z',
    ])
    expect(progress).toEqual({ day: '2024-03-04', commands: 4 })
  })

  it('goes on where an unfinished run stopped', async () => {
    const { log, ...doors } = recorder()
    await runScenario(waves, { ...doors, resumeAt: '2024-03-01T02:00:00.000Z' })
    expect(log.slice(0, 2)).toEqual(['c 2024-03-01T02:00:00.000Z', 'settle 2024-03-01T15:59:00.000Z'])
  })

  it('settles a day again whose settling was the last that happened', async () => {
    const { log, ...doors } = recorder()
    await runScenario(waves, { ...doors, resumeAt: '2024-03-02T15:59:00.000Z' })
    expect(log.slice(0, 2)).toEqual(['settle 2024-03-02T15:59:00.000Z', 'settle 2024-03-03T15:59:00.000Z'])
  })

  it('names the command and the refusal when something else comes out than the story expects', async () => {
    const { submit, settle } = recorder(({ commandId }) =>
      commandId === 'c' ? refused('unit-closed') : accepted,
    )
    await expect(runScenario(waves, { submit, settle })).rejects.toThrow(
      /CloseUnit of unit-01HE0000000000000000000001 at 2024-03-01T02.*command c.*expected accepted, was refused unit-closed: not so/,
    )
  })

  it('takes the refusal that the story wants, and no other', async () => {
    const wanted: Wave[] = [
      { at: '2024-03-01T01:00:00.000Z', commands: [command('a', { refused: 'unit-closed' })] },
    ]
    const { settle } = recorder()
    const run = (answer: Submission) => runScenario(wanted, { submit: async () => answer, settle })
    await expect(run(refused('unit-closed'))).resolves.toMatchObject({ commands: 1 })
    await expect(run(refused('unit-gone'))).rejects.toThrow(
      'expected refused unit-closed, was refused unit-gone',
    )
    await expect(run(accepted)).rejects.toThrow('expected refused unit-closed, was accepted')
  })

  it('keeps to the concurrency, finishes the wave before the next, and submits nothing after a failure', async () => {
    let underWay = 0
    let most = 0
    const crowd: Wave[] = [
      { at: '2024-03-01T01:00:00.000Z', commands: Array.from({ length: 30 }, (_, n) => command(`n${n}`)) },
    ]
    const submitted: string[] = []
    const submit = async ({ commandId }: Command) => {
      submitted.push(commandId)
      most = Math.max(most, ++underWay)
      await new Promise((resolve) => setImmediate(resolve))
      underWay--
      return commandId === 'n5' ? refused('unit-closed') : accepted
    }
    const run = runScenario(crowd, { submit, settle: async () => {}, concurrency: 4 })
    await expect(run).rejects.toThrow('command n5')
    expect(most).toBe(4)
    expect(underWay).toBe(0)
    expect(submitted.length).toBeLessThan(30)
  })

  it('stops between two waves when told to', async () => {
    const stop = new AbortController()
    const { log, settle } = recorder()
    const submit = async (command: Command) => {
      log.push(command.commandId)
      if (command.commandId === 'c') stop.abort()
      return accepted
    }
    const progress = await runScenario(waves, { submit, settle, signal: stop.signal })
    expect(log).toEqual(['a', 'b', 'c'])
    expect(progress).toEqual({ day: '2024-03-01', commands: 3 })
  })
})
