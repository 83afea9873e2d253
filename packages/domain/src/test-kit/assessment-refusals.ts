import { standingFindings } from '../assessment-state.ts'
import type { ProcessContent } from '../process-content.ts'
import { findShippedProcess } from '../shipped-processes.ts'
import {
  archivist,
  type Desk,
  type DeskCommand,
  engineer,
  idOf,
  instrument,
  lead,
  openDesk,
  operator,
  practitionerOf,
  project,
  sha256,
  shippedProcess,
  stranger,
  team,
  technical,
  unit,
  uscc,
} from './assessment-desk.ts'
import {
  archive,
  audit,
  check,
  completion,
  deliver,
  draft,
  engagement,
  evidence,
  evidenceAt,
  finding,
  interviews,
  issue,
  judgement,
  people,
  plan,
  plannedItems,
  presence,
  reportNumber,
  revision,
  sentences,
  until,
  voiding,
  work,
} from './assessment-story.ts'

/** Each no of an assessment: what was so, what was asked. The test asks for each and prints what the rules say. */

export type RefusalCase = {
  /** Chapter of the printed table. */
  readonly about: string
  readonly given: string
  readonly code: string
  /** True when the attempt is recorded as a fact. */
  readonly recorded?: true
  readonly ask: () => { readonly desk: Desk; readonly command: DeskCommand }
}

type Setup = (desk: Desk) => DeskCommand
type Row = readonly [given: string, code: string, setup: Setup, recorded?: 'recorded']

function chapter(about: string, rows: readonly Row[], open: () => Desk = openDesk): RefusalCase[] {
  return rows.map(([given, code, setup, recorded]) => ({
    about,
    given,
    code,
    ...(recorded ? { recorded: true } : {}),
    ask() {
      const desk = open()
      return { desk, command: setup(desk) }
    },
  }))
}

const before =
  (code: string, without: readonly string[] = [], change = {}) =>
  (desk: Desk) => {
    until(desk, code)
    work(desk, code, without)
    return completion(desk, code, change)
  }
/** The stage is done but for its completion, and then something happens. */
const but =
  (code: string, happens: (desk: Desk) => void, without: readonly string[] = []) =>
  (desk: Desk) => {
    const command = before(code, without)(desk)
    happens(desk)
    return command.type === 'CompleteStage' ? completion(desk, code) : command
  }
const at = (code: string, command: (desk: Desk) => DeskCommand) => (desk: Desk) => {
  until(desk, code)
  return command(desk)
}
const ended = (command: (desk: Desk) => DeskCommand) => (desk: Desk) => {
  until(desk)
  return command(desk)
}
/** Of a person of the team, from before the assessment began. */
const change =
  (
    member: string,
    part: Parameters<typeof practitionerOf>[2],
    grade?: Parameters<typeof practitionerOf>[0],
  ) =>
  (desk: Desk) => {
    const qualification = grade ?? (member === operator ? 'senior-operator' : 'grade-two-engineer')
    desk.put(`practitioner-${member}`, practitionerOf(qualification, `subject-${member}`, part))
  }
const patch = (command: DeskCommand, part: object): DeskCommand =>
  ({ ...command, data: { ...command.data, ...part } }) as DeskCommand
const expired = [
  {
    qualification: 'grade-two-engineer' as const,
    registrationNumber: '3204-1',
    terms: [{ from: '2023-01-01', until: '2026-02-28' }],
    endedFrom: null,
    annulled: false,
  },
]

const engagements = chapter('Engagement', [
  [
    'nothing',
    'assessment-not-engaged',
    () => ({ type: 'CompleteStage', data: { stage: 'S1', completedBy: lead, score: null } }),
  ],
  ['engaged already', 'assessment-already-engaged', at('S1', engagement)],
  [
    'a process that nobody drafted',
    'process-unknown',
    (desk) => patch(engagement(desk), { process: 'XF3005-NINE-1' }),
  ],
  [
    'a team whose legal representative is not the one in the register',
    'legal-representative-differs',
    (desk) => patch(engagement(desk), { team: { ...team, legalRepresentative: 'person-other' } }),
  ],
  [
    'a team changed to a legal representative who is not the one in the register',
    'legal-representative-differs',
    at('S3', () => ({
      type: 'ChangeTeam',
      data: { team: { ...team, legalRepresentative: operator }, reason: '法定代表人变更' },
    })),
  ],
  [
    'a process adopted from 2026 on, the day before',
    'process-not-in-force',
    (desk) => ({ ...engagement(desk), effectiveAt: '2025-12-31T04:00:00.000Z' }),
  ],
  [
    'a process that was retired',
    'process-not-in-force',
    (desk) => {
      desk.tell(
        `assessmentProcess-${desk.code}`,
        'ProcessRetired',
        { from: '2026-02-01', reason: '新过程施行' },
        '2026-01-20T01:00:00.000Z',
      )
      return engagement(desk)
    },
  ],
  ['tomorrow', 'in-the-future', (desk) => ({ ...engagement(desk), effectiveAt: '2026-03-03T04:00:00.000Z' })],
])

const turns = chapter('Order of the stages', [
  ['S1 in work', 'stage-out-of-order', at('S1', (desk) => completion(desk, 'S3'))],
  [
    'a stage that the process does not have',
    'stage-unknown',
    at('S1', (desk) => evidence(desk, 'S9', 'plan')),
  ],
  ['S1 in work', 'stage-not-reached', at('S1', (desk) => evidence(desk, 'S2', 'plan'))],
  [
    'S2 entered at a moment, ended before it',
    'stage-ends-before-it-began',
    (desk) => ({ ...before('S2')(desk), effectiveAt: '2026-03-02T01:10:00.000Z' }),
  ],
  ['S3 in work', 'stage-not-current', at('S3', draft)],
  [
    'S4 in work, back to S2',
    'stage-return-not-allowed',
    at('S4', () => ({
      type: 'ReturnStage',
      data: { stage: 'S4', to: 'S2', returnedBy: lead, reason: '方案有误' },
    })),
  ],
  [
    'the report issued, back to S6',
    'report-issued-already',
    (desk) => {
      before('S7')(desk)
      return { type: 'ReturnStage', data: { stage: 'S7', to: 'S6', returnedBy: lead, reason: '文字有误' } }
    },
  ],
  [
    'S3 in work for a day',
    'stage-not-overdue',
    at('S3', (desk) => ({ type: 'MarkStageOverdue', data: { stage: 'S3', enteredOn: desk.day() } })),
  ],
])

const uploaded = { bytes: 5, mediaType: 'image/jpeg', name: '1.jpg' }
/** The stage is done, its evidence of that kind recorded otherwise than usual. */
const withEvidence =
  (code: string, kind: string, change: object, lost: readonly string[] = []) =>
  (desk: Desk) => {
    until(desk, code)
    work(desk, code, [kind])
    desk.get(evidence(desk, code, kind, change))
    for (const each of lost) desk.lose(each)
    return completion(desk, code)
  }
/** The shipped process, but for images, which must be in the store. */
function strictDesk(): Desk {
  const stages = shippedProcess.stages.map((stage) => ({
    ...stage,
    evidence: stage.evidence.map((each) =>
      each.kind === 'site-image' ? { ...each, file: 'stored' as const } : each,
    ),
  }))
  return openDesk({ ...shippedProcess, stages }, 'STORED-1')
}
const logins = chapter('Logins', [
  [
    'a check under the login of the technical lead',
    'signature-another-login',
    at('S7', (desk) => {
      desk.logInAs(technical)
      return check()
    }),
    'recorded',
  ],
  [
    'a stage completed under a login of the institution that is nobody’s in particular',
    'signature-another-login',
    (desk) => {
      const command = before('S3')(desk)
      desk.logInAs(null)
      return command
    },
    'recorded',
  ],
  [
    'a waiver by an engineer of the team',
    'waiver-by-no-lead',
    at('S3', () => ({
      type: 'WaiveGate',
      data: { stage: 'S3', requirement: 'drawings', waivedBy: engineer, reason: '图纸已遗失' },
    })),
  ],
  [
    'evidence that an inspector records in another’s name',
    'inspector-names-other',
    at('S1', (desk) => {
      desk.logIn({ id: 'officer-3204-017', role: 'inspector', division: '320400' })
      return evidence(desk, 'S1', 'request')
    }),
  ],
])
const stored = chapter(
  'Evidence whose file must be in the store',
  [
    ['images that the institution keeps itself', 'gate-evidence-file-missing', before('S4')],
    [
      'findings that rest on such images alone',
      'findings-without-evidence',
      but('S4', (desk) => {
        desk.get(evidence(desk, 'S4', 'site-image', { file: uploaded, heldElsewhere: null }))
        const kept = desk.known().evidence.find(({ kind }) => kind === 'site-image')?.evidenceId ?? ''
        const [first] = plannedItems
        const stands = desk.known().findings.find(({ item }) => item === first?.item)?.findingId ?? null
        if (first) desk.get(finding(desk, 'S4', first, { evidence: [kept], supersedes: stands }))
      }),
    ],
  ],
  strictDesk,
)

const traces = chapter('Evidence and findings', [
  ['no conflict check', 'gate-evidence-missing', before('S1', ['conflict-check'])],
  ['no drawings, which may be waived', 'gate-evidence-missing', before('S3', ['drawings'])],
  [
    'a hash of the drawings whose file nobody has sent, nor said who keeps it',
    'gate-evidence-file-missing',
    withEvidence('S3', 'drawings', { heldElsewhere: null }),
  ],
  [
    'a receipt list that was uploaded and is no longer in the evidence store',
    'gate-evidence-file-missing',
    withEvidence('S3', 'receipt-list', { file: uploaded, heldElsewhere: null }, [sha256]),
  ],
  [
    'evidence that is uploaded and held elsewhere at once',
    'evidence-held-twice',
    at('S1', (desk) => evidence(desk, 'S1', 'request', { file: uploaded })),
  ],
  [
    'the id used for another piece',
    'evidence-id-used',
    at('S2', (desk) => evidence(desk, 'S1', 'request', { evidenceId: evidenceAt(desk, 'S1') })),
  ],
  [
    'a kind that the stage does not know',
    'evidence-kind-unknown',
    at('S1', (desk) => evidence(desk, 'S1', 'site-image')),
  ],
  [
    'taken tomorrow',
    'in-the-future',
    at('S1', (desk) => evidence(desk, 'S1', 'request', { takenAt: '2026-03-04T01:00:00.000Z' })),
  ],
  [
    'recorded by a stranger',
    'not-in-team',
    at('S1', (desk) => evidence(desk, 'S1', 'request', { recordedBy: stranger })),
  ],
  [
    'no finding',
    'findings-missing',
    (desk) => {
      until(desk, 'S4')
      work(desk, 'S4', ['RecordFinding'])
      desk.get({
        type: 'WaiveGate',
        data: { stage: 'S4', requirement: 'plan-fulfilled', waivedBy: technical, reason: '停业' },
      })
      return completion(desk, 'S4')
    },
  ],
  [
    'a finding with evidence from paper only',
    'findings-without-evidence',
    but('S4', (desk) =>
      desk.get(finding(desk, 'S4', { item: '5.9.9', class: 'C' }, { evidence: [evidenceAt(desk, 'S3')] })),
    ),
  ],
  [
    'evidence that is not there',
    'evidence-unknown',
    at('S4', (desk) => finding(desk, 'S4', { item: '5.1.1', class: 'A' }, { evidence: [idOf(998)] })),
  ],
  [
    'the id used for another finding',
    'finding-id-used',
    (desk) => {
      before('S4')(desk)
      const [known] = standingFindings(desk.known())
      return finding(desk, 'S4', { item: '5.9.9', class: 'C' }, { findingId: known?.findingId ?? '' })
    },
  ],
  [
    'a correction of what does not stand',
    'finding-unknown',
    (desk) => {
      before('S4')(desk)
      return finding(desk, 'S4', { item: '5.1.1', class: 'A' }, { supersedes: idOf(998) })
    },
  ],
])

const persons = chapter('Institution, contract and people', [
  [
    'completed by an operator',
    'signature-not-in-role',
    before('S3', [], { completedBy: operator }),
    'recorded',
  ],
  [
    'an institution ordered to stop',
    'institution-not-active',
    but('S1', (desk) =>
      desk.tell(
        `institution-${uscc}`,
        'InstitutionSuspended',
        { reason: '不具备条件', until: null },
        `${desk.day()}T00:00:00.000Z`,
      ),
    ),
  ],
  [
    'an institution for maintenance only',
    'institution-out-of-scope',
    but('S1', (desk) => {
      const known = desk
        .context()
        .stateOf({ name: 'institution', initialState: {} as { details: object } }, uscc)
      desk.put(`institution-${uscc}`, { ...known, details: { ...known.details, type: 'maintenance' } })
    }),
  ],
  [
    'no contract named',
    'contract-missing',
    (desk) => {
      desk.get(patch(engagement(desk), { project: null }))
      work(desk, 'S1')
      return completion(desk, 'S1')
    },
  ],
  [
    'a contract that nobody recorded',
    'contract-missing',
    but('S1', (desk) => desk.put(`project-${project}`, { status: 'unknown', concerned: {} })),
  ],
  [
    'a contract for another unit',
    'contract-of-others',
    but('S1', (desk) => changeProject(desk, { contract: { unit: idOf(77) } })),
  ],
  [
    'a contract that has ended',
    'contract-concluded',
    but('S1', (desk) => changeProject(desk, { concludedOn: '2026-02-20' })),
  ],
  [
    'a contract not entered in the system',
    'contract-not-entered',
    but('S1', (desk) => changeProject(desk, { entered: null })),
  ],
  [
    'an engineer without registration',
    'team-not-entitled',
    but('S2', change(engineer, { registrations: [] })),
  ],
  [
    'an engineer whose registration expired',
    'team-not-entitled',
    but('S2', change(engineer, { registrations: expired })),
  ],
  [
    'an operator suspended that day',
    'team-not-entitled',
    but('S2', (desk) => desk.suspend(operator, { from: desk.day(), until: desk.day() })),
  ],
  [
    'an engineer banned',
    'team-not-entitled',
    but('S2', change(engineer, { bans: [{ from: '2026-02-01', until: null }] })),
  ],
  ['an engineer employed elsewhere', 'team-not-entitled', but('S2', change(engineer, { employments: [] }))],
  [
    'a technical lead of grade two',
    'team-not-entitled',
    but('S2', change(technical, {}, 'grade-two-engineer')),
  ],
])

function changeProject(desk: Desk, part: { contract?: object; concludedOn?: string; entered?: null }): void {
  const known = desk.context().stateOf({ name: 'project', initialState: {} as { contract: object } }, project)
  desk.put(`project-${project}`, { ...known, ...part, contract: { ...known.contract, ...part.contract } })
}

const planning = chapter('Plan and samples', [
  ['no plan', 'plan-missing', before('S2', ['RecordPlan'])],
  [
    'a plan approved by the project lead',
    'signature-not-in-role',
    at('S2', () => patch(plan, { approvedBy: lead })),
    'recorded',
  ],
  [
    'a plan approved by a technical lead of grade two',
    'signature-not-grade-one',
    at('S2', (desk) => {
      change(technical, {}, 'grade-two-engineer')(desk)
      return plan
    }),
    'recorded',
  ],
  [
    'a group of people that the process does not know',
    'interview-group-unknown',
    at('S2', () => patch(plan, { interviews: [{ group: 'visitors', population: 9, planned: 1 }] })),
  ],
  [
    'an item planned twice',
    'planned-item-repeated',
    at('S2', () => patch(plan, { items: [...plannedItems, ...plannedItems.slice(0, 1)] })),
  ],
  [
    'a sample of 2 of 40 class B',
    'sample-too-small',
    planned({ items: plannedItems.map((each) => (each.class === 'B' ? { ...each, sample: 2 } : each)) }),
  ],
  ['staff not in the plan', 'interview-group-unplanned', planned({ interviews: people.slice(0, 3) })],
  [
    '2 of 11 department heads interviewed',
    'interviews-too-few',
    (desk) => {
      before('S4', ['RecordInterviews'])(desk)
      const held = people.map(({ group, planned: count }) => ({
        group,
        count: group === 'department-heads' ? 2 : count,
      }))
      desk.get(patch(interviews(desk, 'S4'), { held }))
      return completion(desk, 'S4')
    },
  ],
  [
    '9 of 51 staff interviewed',
    'interviews-too-few',
    (desk) => {
      before('S4', ['RecordInterviews'])(desk)
      const held = people.map(({ group, planned: count }) => ({
        group,
        count: group === 'staff' ? 9 : count,
      }))
      desk.get(patch(interviews(desk, 'S4'), { held }))
      return completion(desk, 'S4')
    },
  ],
  [
    'a planned item without result',
    'planned-item-undone',
    (desk) => {
      before('S4', ['RecordFinding'])(desk)
      for (const item of plannedItems.slice(1)) desk.get(finding(desk, 'S4', item))
      return completion(desk, 'S4')
    },
  ],
])

/** S4 done by another plan. */
function planned(part: object): Setup {
  return (desk) => {
    until(desk, 'S2')
    work(desk, 'S2', ['RecordPlan'])
    desk.get(patch(plan, part))
    desk.get(completion(desk, 'S2'))
    work(desk, 'S3')
    desk.get(completion(desk, 'S3'))
    work(desk, 'S4')
    return completion(desk, 'S4')
  }
}

const presences = chapter('Presence and instruments', [
  ['nobody was on site', 'presence-missing', before('S4', ['RecordPresence'])],
  [
    'the project lead alone was on site',
    'presence-missing',
    but('S4', (desk) => desk.get(presence(desk, 'S4', lead)), ['RecordPresence']),
  ],
  [
    'the project lead was there for 40 minutes',
    'presence-missing',
    but(
      'S4',
      (desk) => {
        desk.get(presence(desk, 'S4', lead, 40))
        desk.get(presence(desk, 'S4', operator))
      },
      ['RecordPresence'],
    ),
  ],
  [
    'an operator who was suspended on the day of the visit',
    'presence-missing',
    but('S4', (desk) => {
      desk.suspend(operator, { from: desk.day(), until: desk.day() })
      desk.wait(24)
    }),
  ],
  ['present in S3', 'stage-not-on-site', at('S4', (desk) => presence(desk, 'S3', lead))],
  [
    'present before S4 began',
    'presence-before-stage',
    at('S4', (desk) => patch(presence(desk, 'S4', lead), { arrivedAt: '2026-03-02T01:00:00.000Z' })),
  ],
  [
    'left before arriving',
    'presence-period-wrong',
    at('S4', (desk) => patch(presence(desk, 'S4', lead), { leftAt: '2026-03-02T01:00:00.000Z' })),
  ],
  [
    'proved by nothing',
    'evidence-unknown',
    at('S4', (desk) => {
      desk.wait(2)
      return patch(presence(desk, 'S4', lead), { evidence: idOf(998) })
    }),
  ],
  ['a stranger present', 'not-in-team', at('S4', (desk) => presence(desk, 'S4', stranger))],
  [
    'an instrument nobody calibrated',
    'instrument-unknown',
    but('S4', (desk) => desk.get(evidence(desk, 'S4', 'check-table', { instrument: 'YQ-999' }))),
  ],
  [
    'an instrument out of calibration',
    'instrument-out-of-calibration',
    but('S4', (desk) =>
      desk.put(`institution-${uscc}`, {
        ...desk.context().stateOf({ name: 'institution', initialState: {} }, uscc),
        instruments: { [instrument]: [{ from: '2025-01-01', until: '2025-12-31' }] },
      }),
    ),
  ],
])

/** S4 with an item of class A that does not conform. */
function failing(desk: Desk): void {
  until(desk, 'S4')
  work(desk, 'S4', ['RecordFinding'])
  for (const item of plannedItems) desk.get(finding(desk, 'S4', item, { conforms: item.class !== 'A' }))
  desk.get(completion(desk, 'S4'))
}

const judgements = chapter('Score and judgement', [
  ['another score than the findings give', 'score-differs', before('S5', [], { score: 99 })],
  ['no judgement', 'judgement-missing', before('S5', ['RecordJudgement'])],
  [
    'a class A item that does not conform, not listed',
    'direct-fail-unhandled',
    (desk) => {
      failing(desk)
      return judgement(desk, { directFails: [] })
    },
  ],
  [
    'a class A item that does not conform, judged by its score alone',
    'grade-differs',
    (desk) => {
      failing(desk)
      return judgement(desk, { grade: 'fair' })
    },
  ],
  [
    'a direct fail that there is not',
    'direct-fail-unknown',
    (desk) => {
      until(desk, 'S5')
      const [known] = standingFindings(desk.known())
      return judgement(desk, { directFails: [{ finding: known?.findingId, handling: '整改' }] })
    },
  ],
  ['another score in the judgement', 'score-differs', at('S5', (desk) => judgement(desk, { score: 12.5 }))],
  [
    'judged by the operator',
    'signature-not-in-role',
    at('S5', (desk) => judgement(desk, { judgedBy: operator })),
    'recorded',
  ],
  [
    'a finding corrected after the judgement',
    'judgement-differs',
    but('S5', (desk) => {
      const [known] = standingFindings(desk.known())
      desk.get(
        finding(
          desk,
          'S4',
          { item: '5.1.1', class: 'A' },
          { earned: 5, supersedes: known?.findingId ?? null },
        ),
      )
    }),
  ],
])

const reports = chapter('Report and its sentences', [
  ['no draft', 'report-not-drafted', before('S6', ['DraftReport'])],
  [
    'a draft by the operator',
    'signature-not-in-role',
    at('S6', (desk) => draft(desk, { draftedBy: operator })),
    'recorded',
  ],
  [
    'a draft without sentences',
    'sentences-missing',
    but('S6', (desk) => desk.get(draft(desk, { sentences: [] }))),
  ],
  [
    'a conclusion that names no finding',
    'sentence-without-finding',
    but('S6', (desk) =>
      desk.get(
        draft(desk, {
          sentences: sentences(desk).map((each) =>
            each.section === 'conclusion' ? { ...each, findings: [] } : each,
          ),
        }),
      ),
    ),
  ],
  [
    'a sentence on a finding that is not there',
    'sentence-finding-unknown',
    at('S6', (desk) =>
      draft(desk, {
        sentences: [{ id: '1', section: 'hazards', text: '消火栓压力不足。', findings: [idOf(998)] }],
      }),
    ),
  ],
  [
    'a sentence in a section that the process does not have',
    'section-unknown',
    at('S6', (desk) =>
      draft(desk, { sentences: [{ id: '1', section: 'preface', text: '前言。', findings: [] }] }),
    ),
  ],
  [
    'a finding corrected after the draft',
    'sentence-finding-corrected',
    (desk) => {
      before('S6')(desk)
      desk.get({ type: 'ReturnStage', data: { stage: 'S6', to: 'S5', returnedBy: lead, reason: '复核' } })
      const [known] = standingFindings(desk.known())
      desk.get(
        finding(
          desk,
          'S4',
          { item: '5.1.1', class: 'A' },
          { earned: 5, supersedes: known?.findingId ?? null },
        ),
      )
      desk.get(judgement(desk))
      desk.get(completion(desk, 'S5'))
      return completion(desk, 'S6')
    },
  ],
  ['a number that no report has', 'report-unknown', at('S7', () => check('CZPG-2025-009'))],
  [
    'a report with another number issued before',
    'report-number-not-next',
    (desk) => {
      voidedAndReturned(desk)
      return draft(desk, { reportNumber: 'CZPG-2026-777' })
    },
  ],
  [
    'a void report drafted anew under its number',
    'report-number-used',
    (desk) => {
      voidedAndReturned(desk)
      return draft(desk)
    },
  ],
])

/** Issued, voided and returned to the drafting stage. */
function voidedAndReturned(desk: Desk): void {
  before('S7')(desk)
  desk.get({ type: 'VoidReport', data: { reportNumber, voidedBy: technical, reason: '附件缺页' } })
  desk.get({
    type: 'ReturnStage',
    data: { stage: 'S7', to: 'S6', returnedBy: technical, reason: '重新编制' },
  })
}

const signed =
  (...commands: DeskCommand[]) =>
  (desk: Desk, then: DeskCommand, happens: (desk: Desk) => void = () => {}) => {
    until(desk, 'S7')
    for (const command of commands) desk.get(command)
    happens(desk)
    return then
  }
const signatures = chapter('Signatures', [
  ['audited before the check', 'report-not-checked', (desk) => signed()(desk, audit())],
  ['issued before the audit', 'report-not-audited', (desk) => signed(check())(desk, issue())],
  [
    'checked by the engineer',
    'signature-not-in-role',
    (desk) => signed()(desk, patch(check(), { checkedBy: engineer })),
    'recorded',
  ],
  [
    'checked and audited by one person',
    'signature-signed-before',
    (desk) => {
      const both = { ...team, projectLead: technical }
      return signed(
        { type: 'ChangeTeam', data: { team: both, reason: '兼任' } },
        patch(check(), { checkedBy: technical }),
      )(desk, audit())
    },
    'recorded',
  ],
  [
    'audited by one suspended that day',
    'signature-suspended',
    (desk) =>
      signed(check())(desk, audit(), () => desk.suspend(technical, { from: desk.day(), until: null })),
    'recorded',
  ],
  [
    'audited by one employed elsewhere',
    'signature-employed-elsewhere',
    (desk) => signed(check())(desk, audit(), change(technical, { employments: [] }, 'grade-one-engineer')),
    'recorded',
  ],
  [
    'audited by one of grade two',
    'signature-not-grade-one',
    (desk) => signed(check())(desk, audit(), change(technical, {}, 'grade-two-engineer')),
    'recorded',
  ],
  [
    'checked by one whose registration expired',
    'signature-expired',
    (desk) => signed()(desk, check(), change(lead, { registrations: expired })),
    'recorded',
  ],
  [
    'checked by one never registered',
    'signature-unregistered',
    (desk) => signed()(desk, check(), () => desk.put(`practitioner-${lead}`, { status: 'unknown' })),
    'recorded',
  ],
  [
    'checked by an operator made project lead',
    'signature-not-engineer',
    (desk) =>
      signed({ type: 'ChangeTeam', data: { team: { ...team, projectLead: operator }, reason: '变更' } })(
        desk,
        patch(check(), { checkedBy: operator }),
      ),
    'recorded',
  ],
  [
    'checked again by a new project lead',
    'report-signed-already',
    (desk) => {
      const other = { ...team, projectLead: engineer }
      const taken: DeskCommand = { type: 'ChangeTeam', data: { team: other, reason: '变更' } }
      return signed(check(), taken)(desk, patch(check(), { checkedBy: engineer }))
    },
  ],
  [
    'audited at a moment before the check',
    'signature-before-previous',
    (desk) => ({ ...signed(check())(desk, audit()), effectiveAt: '2026-03-02T02:00:00.000Z' }),
  ],
  [
    'issued while the institution may not practise',
    'institution-not-active',
    (desk) =>
      signed(check(), audit())(desk, issue(), () =>
        desk.tell(
          `institution-${uscc}`,
          'InstitutionSuspended',
          { reason: '责令停业', until: null },
          desk.now(),
        ),
      ),
  ],
  [
    'a void report',
    'report-void',
    (desk) =>
      signed({ type: 'VoidReport', data: { reportNumber, voidedBy: technical, reason: '数据有误' } })(
        desk,
        check(),
      ),
  ],
  ['not issued', 'report-not-issued', before('S7', ['IssueReport'])],
  [
    'the checker’s suspension recorded after the issue',
    'signature-does-not-hold',
    but('S7', (desk) => desk.suspend(lead, { from: '2026-03-01', until: null })),
  ],
])

const afterwards = chapter('Waiver, revision, delivery, archive', [
  ['a check of persons waived', 'requirement-not-waivable', at('S2', () => waiver('S2', 'team-entitled'))],
  ['something waived that nobody requires', 'requirement-unknown', at('S2', () => waiver('S2', 'weather'))],
  ['waived after completion', 'stage-completed', at('S4', () => waiver('S3', 'drawings'))],
  [
    'waived by a stranger',
    'not-in-team',
    at('S3', () => patch(waiver('S3', 'drawings'), { waivedBy: stranger })),
  ],
  [
    'a revision numbered -2 first',
    'revision-number-wrong',
    ended((desk) => revision(desk, { reportNumber: `${reportNumber}-2` })),
  ],
  [
    'a report revised before',
    'report-revised-already',
    ended((desk) => {
      desk.get(voiding(reportNumber))
      desk.get(revision(desk))
      return revision(desk, { reportNumber: `${reportNumber}-2` })
    }),
  ],
  [
    'a void report voided again for another reason',
    'report-void-already',
    ended((desk) => {
      desk.get(voiding(reportNumber))
      return voiding(reportNumber, '附件缺页')
    }),
  ],
  ['a revision of what is not void, by who may not void it', 'report-not-void', ended(revision)],
  [
    'a revision without a sentence',
    'sentences-missing',
    ended((desk) => {
      desk.get(voiding(reportNumber))
      return revision(desk, { sentences: [] })
    }),
  ],
  ['a revision of what is not issued', 'report-not-issued', at('S7', revision)],
  ['delivered before it is issued', 'report-not-issued', at('S7', deliver)],
  [
    'delivered tomorrow',
    'in-the-future',
    at('S8', (desk) => patch(deliver(desk), { deliveredOn: '2026-12-01' })),
  ],
  ['not delivered', 'report-not-delivered', before('S8', ['DeliverReport'])],
  ['archived with a stage open', 'stages-open', at('S8', () => archive)],
  [
    'archived for five years',
    'retention-too-short',
    ended(() => patch(archive, { retainUntil: '2031-03-01' })),
  ],
  [
    'archived by the engineer',
    'signature-not-in-role',
    ended(() => patch(archive, { archivedBy: engineer })),
    'recorded',
  ],
  [
    'archived with a void report',
    'report-void',
    ended((desk) => {
      desk.get({ type: 'VoidReport', data: { reportNumber, voidedBy: technical, reason: '结论有误' } })
      return archive
    }),
  ],
  [
    'changed after the archive',
    'assessment-archived',
    ended((desk) => {
      desk.get(archive)
      return { type: 'ChangeTeam', data: { team: { ...team, engineers: [] }, reason: '调整' } }
    }),
  ],
  [
    'followed up before delivery',
    'report-not-delivered',
    at('S8', (desk) => ({
      type: 'FollowUpAssessment',
      data: { on: desk.day(), followedUpBy: lead, outcome: '整改中' },
    })),
  ],
  [
    'followed up tomorrow',
    'in-the-future',
    ended(() => ({
      type: 'FollowUpAssessment',
      data: { on: '2026-12-01', followedUpBy: archivist, outcome: '整改中' },
    })),
  ],
])

function waiver(stage: string, requirement: string): DeskCommand {
  return { type: 'WaiveGate', data: { stage, requirement, waivedBy: technical, reason: '建成年代久远' } }
}

const several = chapter('Several at once', [
  [
    'S4 with nothing done, completed by a stranger',
    'signature-not-in-role',
    at('S4', (desk) => completion(desk, 'S4', { completedBy: stranger })),
    'recorded',
  ],
])

const simple: ProcessContent | undefined = findShippedProcess('XF3005-EIGHT-1')?.content
const otherProcess = chapter(
  'Under another process',
  [['a process without plan (XF3005-EIGHT-1)', 'act-not-in-process', at('S2', () => plan)]],
  () => openDesk(simple, 'XF3005-EIGHT-1'),
)

export const assessmentRefusals: readonly RefusalCase[] = [
  ...engagements,
  ...turns,
  ...traces,
  ...stored,
  ...logins,
  ...persons,
  ...planning,
  ...presences,
  ...judgements,
  ...reports,
  ...signatures,
  ...afterwards,
  ...otherProcess,
  ...several,
]

/** Who is who in the messages. */
export const cast: Readonly<Record<string, string>> = {
  [lead]: 'project lead',
  [technical]: 'technical lead',
  [engineer]: 'engineer',
  [operator]: 'operator',
  [stranger]: 'a stranger',
  [uscc]: 'the institution',
  [unit]: 'the unit',
  [project]: 'the contract',
}
