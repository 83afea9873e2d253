import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assessment } from './assessment.ts'
import { missingAtGate } from './assessment-gates.ts'
import { findStage } from './assessment-stages.ts'
import type { AssessmentState } from './assessment-state.ts'
import type { DecisionContext } from './decider.ts'
import {
  type Desk,
  type DeskCommand,
  engineer,
  lead,
  legal,
  openDesk,
  operator,
  sha256,
  team,
  technical,
} from './test-kit/assessment-desk.ts'
import {
  completion,
  deliver,
  draft,
  evidence,
  finding,
  judgement,
  plannedItems,
  revision,
  until,
  work,
} from './test-kit/assessment-story.ts'

/** Whatever is asked in whatever order, these hold. */

const members = [lead, technical, engineer, operator, legal]
const anyone = fc.constantFrom(...members)
const latest = (desk: Desk) => desk.known().reports.at(-1)?.reportNumber ?? 'CZPG-0'

type Act = (desk: Desk) => DeskCommand | null
type Signer = 'projectLead' | 'technicalLead' | 'legalRepresentative'
/** By whoever holds the role now, or by anyone at all. */
const signer = fc.option(anyone, { nil: null, freq: 1 })
const by = (desk: Desk, member: string | null, role: Signer) => member ?? desk.known().team[role]
const signing: fc.Arbitrary<Act> = fc.oneof(
  signer.map(
    (who): Act =>
      (desk) => {
        const data = { reportNumber: latest(desk), checkedBy: by(desk, who, 'projectLead') }
        return { type: 'CheckReport', data }
      },
  ),
  signer.map(
    (who): Act =>
      (desk) => {
        const data = { reportNumber: latest(desk), auditedBy: by(desk, who, 'technicalLead') }
        return { type: 'AuditReport', data }
      },
  ),
  signer.map(
    (who): Act =>
      (desk) => {
        const data = { reportNumber: latest(desk), issuedBy: by(desk, who, 'legalRepresentative'), sha256 }
        return { type: 'IssueReport', data }
      },
  ),
  fc.record({ projectLead: anyone, legalRepresentative: anyone }, { requiredKeys: [] }).map(
    (change): Act =>
      () => ({ type: 'ChangeTeam', data: { team: { ...team, ...change }, reason: '变更' } }),
  ),
)
const turning: fc.Arbitrary<Act> = fc.oneof(
  fc.constantFrom('S4', 'S5', 'S6').map(
    (to): Act =>
      (desk) => {
        const stage = desk.known().stage
        return stage === null
          ? null
          : { type: 'ReturnStage', data: { stage, to, returnedBy: technical, reason: '复核' } }
      },
  ),
  fc.constant<Act>((desk) => {
    const stage = desk.known().stage
    return stage === null ? null : completion(desk, stage)
  }),
  fc.constant<Act>((desk) => draft(desk, { reportNumber: latest(desk) })),
  fc.constant<Act>((desk) => {
    const replaces = latest(desk)
    const [root, suffix] = replaces.split(/-(?=\d$)/)
    return revision(desk, { replaces, reportNumber: `${root}-${Number(suffix ?? 0) + 1}` })
  }),
  fc.constant<Act>((desk) => ({
    type: 'VoidReport',
    data: { reportNumber: latest(desk), voidedBy: technical, reason: '有误' },
  })),
  fc.constant<Act>((desk) => deliver(desk, latest(desk))),
  fc.constantFrom(...plannedItems).map(
    (item): Act =>
      (desk) => {
        const supersedes = desk.known().findings.at(-1)?.findingId ?? null
        return finding(desk, 'S4', item, { conforms: false, supersedes })
      },
  ),
  fc.constant<Act>(judgement),
  fc.constantFrom('review-record', 'sealed-report').map(
    (kind): Act =>
      (desk) =>
        evidence(desk, 'S7', kind),
  ),
)

function run(acts: readonly Act[], from: string): Desk {
  const desk = until(openDesk(), from)
  for (const act of acts) {
    const command = act(desk)
    if (command) desk.ask(command)
  }
  return desk
}

describe('an assessment in any order of commands', () => {
  it('never has a report issued by fewer than three persons, each in the order of the signatures', () => {
    let issued = 0
    fc.assert(
      fc.property(
        fc.array(fc.oneof(signing, signing, signing, turning), { minLength: 25, maxLength: 60 }),
        (acts) => {
          for (const report of run(acts, 'S7').known().reports) {
            if (report.issuedBy === null) continue
            issued++
            const { checkedBy, checkedAt, auditedBy, auditedAt, issuedBy, issuedAt } = report
            expect(new Set([checkedBy, auditedBy, issuedBy]).size).toBe(3)
            expect([checkedBy, auditedBy]).not.toContain(null)
            expect([checkedAt, auditedAt, issuedAt]).toEqual([checkedAt, auditedAt, issuedAt].toSorted())
          }
        },
      ),
      { numRuns: 300, seed: 6 },
    )
    expect(issued).toBeGreaterThan(20)
  })

  it('gives the same state when its events are folded again', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(signing, turning), { maxLength: 40 }), (acts) => {
        const desk = run(acts, 'S5')
        const again = desk.recorded.reduce<AssessmentState>(
          (state, { event }) => assessment.evolve(state, event),
          assessment.initialState,
        )
        expect(again).toEqual(desk.state())
      }),
      { numRuns: 100, seed: 6 },
    )
  })

  it('passed every gate that it passed: asked again as of each moment, nothing is missing', () => {
    let passed = 0
    fc.assert(
      fc.property(fc.array(fc.oneof(signing, turning, turning), { maxLength: 40 }), (acts) => {
        const desk = run(acts, 'S5')
        for (const { event, before, world } of desk.recorded) {
          if (event.type !== 'StageCompleted' || !before) continue
          const stage = findStage(desk.content, event.data.stage)
          if (!stage) throw new Error(event.data.stage)
          const context: Pick<DecisionContext, 'stateOf'> = {
            stateOf: (category, id) =>
              (world.get(`${category.name}-${id}`) as typeof category.initialState) ?? category.initialState,
          }
          const { score } = event.data
          const gate = { stage, process: desk.content, state: before, context, at: event.effectiveAt, score }
          expect(missingAtGate(gate)).toEqual([])
          passed++
        }
      }),
      { numRuns: 100, seed: 6 },
    )
    expect(passed).toBeGreaterThan(400)
  })

  it('never enters a later stage but by completing the one before', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(signing, turning), { maxLength: 60 }), (acts) => {
        const desk = run(acts, 'S4')
        const order = desk.content.stages.map((each) => each.code)
        for (const { event, before } of desk.recorded) {
          if (!before || before.stage === null) continue
          const after = assessment.evolve(before, event)
          if (after.status === 'unknown' || after.stage === null) continue
          const step = order.indexOf(after.stage) - order.indexOf(before.stage)
          expect(step).toBeLessThanOrEqual(event.type === 'StageCompleted' ? 1 : 0)
        }
      }),
      { numRuns: 100, seed: 6 },
    )
  })
})

describe('the desk of these tests', () => {
  it('works a stage as far as it is told to', () => {
    const desk = until(openDesk(), 'S4')
    work(desk, 'S4', ['RecordPresence'])
    expect(desk.ask(completion(desk, 'S4')).accepted).toBe(false)
  })
})
