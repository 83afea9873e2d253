import { describe, expect, it } from 'vitest'
import {
  archivist,
  type Desk,
  type DeskCommand,
  engineer,
  lead,
  legal,
  openDesk,
  operator,
  practitionerOf,
  stranger,
  team,
  technical,
} from './test-kit/assessment-desk.ts'
import {
  archive,
  audit,
  check,
  draft,
  evidence,
  plan,
  reportNumber,
  revision,
  until,
  voiding,
} from './test-kit/assessment-story.ts'

const signs = [
  ...['approvedBy', 'judgedBy', 'completedBy', 'draftedBy', 'checkedBy', 'auditedBy'],
  ...['issuedBy', 'voidedBy', 'archivedBy'],
]

/** Whose signature the command is; undefined: nobody's. */
function signerOf({ data }: DeskCommand): string | undefined {
  const field = signs.find((each) => each in data)
  return field && ((data as Readonly<Record<string, unknown>>)[field] as string)
}

/** Everyone logs in before they sign, and somebody else tries before them. */
function openOffice(): { desk: Desk; refused: string[] } {
  const desk = openDesk()
  const { get } = desk
  const refused: string[] = []
  desk.get = (command) => {
    const signer = signerOf(command)
    if (signer !== undefined) {
      desk.logInAs(signer === lead ? technical : lead)
      const decision = desk.ask(command)
      if (decision.accepted) throw new Error(`${command.type} was accepted under another login`)
      expect(decision.refusal.code).toBe('signature-another-login')
      expect(decision.recorded).toMatchObject([{ data: { member: signer, obstacle: 'another-login' } }])
      refused.push(command.type)
      desk.logInAs(signer)
    }
    get(command)
  }
  return { desk, refused }
}

const waiving = (waivedBy: string): DeskCommand => ({
  type: 'WaiveGate',
  data: { stage: 'S3', requirement: 'approvals', waivedBy, reason: '单位建成于1998年前，无审批文件' },
})

describe('under the account of an institution', () => {
  it('everyone signs under their own login, at every step from the plan to the archive; each other attempt is a fact', () => {
    const { desk, refused } = openOffice()
    until(desk)
    for (const command of [voiding(reportNumber), revision(desk)]) desk.get(command)
    expect(new Set(refused)).toEqual(
      new Set([
        ...['RecordPlan', 'RecordJudgement', 'CompleteStage', 'DraftReport', 'CheckReport', 'AuditReport'],
        ...['IssueReport', 'VoidReport', 'ReviseReport'],
      ]),
    )
  })

  it('the archivist archives under the own login', () => {
    const desk = until(openDesk())
    desk.logInAs(legal)
    expect(desk.ask(archive)).toMatchObject({ accepted: false, refusal: { code: 'signature-another-login' } })
    desk.logInAs(archivist)
    desk.get(archive)
  })

  it('who approves the plan signs it, not who prepared it', () => {
    const desk = until(openDesk(), 'S2')
    desk.logInAs(lead)
    const refused = desk.ask(plan)
    expect(refused).toMatchObject({
      refusal: { code: 'signature-another-login', pointer: '/data/approvedBy' },
    })
    desk.logInAs(technical)
    desk.get(plan)
  })

  it.each([
    ['nobody in particular', null],
    ['a stranger', stranger],
    ['another of the team', operator],
  ])('a login of %s signs for no one', (_who, person) => {
    const desk = until(openDesk(), 'S7')
    desk.logInAs(person)
    expect(desk.ask(check())).toMatchObject({ refusal: { code: 'signature-another-login' } })
  })

  it('one person may be known by two ids: as a practitioner, and to the register as legal representative', () => {
    const desk = until(openDesk(), 'S7')
    const both = { ...team, legalRepresentative: technical }
    desk.put(`practitioner-${technical}`, practitionerOf('grade-one-engineer', legal))
    desk.get({ type: 'ChangeTeam', data: { team: both, reason: '法定代表人兼任' } })
    desk.get(check())
    desk.logInAs(technical)
    desk.get(audit())
  })

  it('a waiver is under the login of the lead who answers for it', () => {
    const desk = until(openDesk(), 'S3')
    for (const login of [engineer, null]) {
      desk.logInAs(login)
      expect(desk.ask(waiving(lead))).toMatchObject({ refusal: { code: 'waiver-another-login' } })
    }
    desk.logInAs(lead)
    desk.get(waiving(lead))
  })

  it('evidence under a used id is the same only where its original is held by the same', () => {
    const desk = until(openDesk(), 'S1')
    desk.logInAs(lead)
    const heldBy = (holder: string) =>
      evidence(desk, 'S1', 'request', {
        evidenceId: '01JD0000000000000000000777',
        file: null,
        heldElsewhere: { holder, place: '一号库' },
      })
    desk.get(heldBy('甲公司'))
    expect(desk.ask(heldBy('甲公司'))).toMatchObject({ accepted: true, events: [] })
    expect(desk.ask(heldBy('乙公司'))).toMatchObject({ refusal: { code: 'evidence-id-used' } })
  })

  it('what is no signature may be recorded under any login', () => {
    const desk = until(openDesk(), 'S1')
    desk.logInAs(null)
    desk.get(evidence(desk, 'S1', 'request'))
  })
})

describe('an officer or a service', () => {
  it('records what others signed; the event says who entered it', () => {
    const desk = until(openDesk(), 'S6')
    desk.logIn({ id: 'officer-3204-009', role: 'assessor', division: '320400' })
    desk.get(draft(desk, { draftedBy: engineer }))
  })

  it('given an inspector on site, records evidence and waives in the own name alone', () => {
    const inspector = 'officer-3204-017'
    const desk = until(openDesk(), 'S3')
    desk.logIn({ id: inspector, role: 'inspector', division: '320400' })
    desk.get(evidence(desk, 'S3', 'drawings', { recordedBy: inspector }))
    for (const other of [lead, 'officer-3204-018'])
      expect(desk.ask(waiving(other))).toMatchObject({ refusal: { code: 'inspector-names-other' } })
    desk.get(waiving(inspector))
  })

  it('waives in no other officer’s name, and enters what a lead waived on paper', () => {
    const desk = until(openDesk(), 'S3')
    desk.logIn({ id: 'officer-3204-009', role: 'assessor', division: '320400' })
    expect(desk.ask(waiving('officer-3204-010'))).toMatchObject({ refusal: { code: 'waiver-another-login' } })
    desk.get(waiving(lead))
  })

  it('given an institution’s account, is not named by it', () => {
    const desk = until(openDesk(), 'S1')
    desk.logInAs(lead)
    const named = evidence(desk, 'S1', 'request', { recordedBy: 'officer-3204-017' })
    expect(desk.ask(named)).toMatchObject({ refusal: { code: 'officer-named-by-institution' } })
  })
})
