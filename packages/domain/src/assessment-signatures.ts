import type { AssessmentEvent, AssessmentTeam } from './assessment-events.ts'
import { processOf } from './assessment-stages.ts'
import { type AssessmentReport, type KnownAssessment, practitionersOf } from './assessment-state.ts'
import { type Decision, type DecisionContext, refuse } from './decider.ts'
import { institution } from './institution.ts'
import type { LegalBasis } from './law.ts'
import { type PracticeObstacle, practiceObstacleOn, practiceObstacles } from './practice-standing.ts'
import { practitioner } from './practitioner.ts'
import {
  type PracticeLevel,
  type ProcessContent,
  type StageCode,
  type TeamRole,
  teamRoles,
} from './process-content.ts'
import { representativeOn } from './representative.ts'
import { type LocalDate, ulid } from './values.ts'

/** Who may put their name to what, on the day of the act. Order 7 art. 11–14; XF/T 3005-2020 ch. 7. */

type SignedAct = Extract<AssessmentEvent, { type: 'SignatureRefused' }>['data']['act']

/** The attempt is recorded although it fails. */
type RefusedSignature = Extract<Decision<AssessmentEvent>, { accepted: false }>

/** What a signature is about, so that a refused attempt can be recorded. */
export type Signature = {
  readonly act: SignedAct
  readonly member: string
  readonly day: LocalDate
  /** Field of the command that names the member. */
  readonly pointer: string
  readonly stage: StageCode | null
  readonly reportNumber: string | null
  /** Any of these roles will do. */
  readonly roles: readonly TeamRole[]
  readonly legalBasis: readonly LegalBasis[]
  /** Named by the one who signs, e.g. who prepared the plan that another approves. */
  readonly isNamedByOther?: boolean
}

export function rolesOf(team: AssessmentTeam, member: string): TeamRole[] {
  const holders: Record<TeamRole, readonly string[]> = {
    legalRepresentative: [team.legalRepresentative],
    technicalLead: [team.technicalLead],
    projectLead: [team.projectLead],
    engineer: team.engineers,
    operator: team.operators,
    archivist: [team.archivist],
  }
  return teamRoles.filter((role) => holders[role].includes(member))
}

const levels: readonly PracticeLevel[] = ['none', 'any', 'engineer', 'grade-one']

/** What a role needs by the process; a role that the process does not name answers for the institution alone. */
function levelOf(process: ProcessContent, role: TeamRole): PracticeLevel {
  return process.roles.find((each) => each.role === role)?.level ?? 'none'
}

/** Of several roles the one that asks least will do: the legal representative who is an engineer too may issue. */
export function signatureLevel(process: ProcessContent, roles: readonly TeamRole[]): PracticeLevel {
  return levels.find((each) => roles.some((role) => levelOf(process, role) === each)) ?? 'none'
}

/** Null when the member may sign; else the refusal, with the attempt to be recorded. */
export function refuseSignature(
  signature: Signature,
  state: KnownAssessment,
  context: DecisionContext,
): RefusedSignature | null {
  const { member, roles, day } = signature
  const process = processOf(state, context)
  const held = rolesOf(state.team, member).filter((role) => roles.includes(role))
  if (held.length === 0) {
    const titles = roles.map((role) => process.roles.find((each) => each.role === role)?.title)
    const zh = titles.map((title) => title?.zh).join('或')
    const en = titles.map((title) => title?.en).join(' or ')
    return refused(signature, 'not-in-role', {
      zh: `${member}不是本项目的${zh}，请由其本人签字`,
      en: `${member} is not the ${en} of this assessment; let that person sign`,
    })
  }
  const other = signature.isNamedByOther ? null : refuseOtherLogin(signature, state, context)
  if (other) return other
  const differs = held.every((role) => role === 'legalRepresentative')
    ? refuseOtherRepresentative(signature, state, context)
    : null
  if (differs) return differs
  const level = signatureLevel(process, held)
  if (level === 'none') return null
  const obstacle = obstacleOf(member, day, state, context, level)
  if (!obstacle) return null
  const { zh, en } = describeObstacle(member, day, obstacle)
  return refused(signature, obstacle, {
    zh: `${zh}；请由有资格的人员签字，必要时变更项目组`,
    en: `${en}; let someone sign who is entitled to, changing the team if need be`,
  })
}

/**
 * Under an institution's account everyone signs for themselves: the login says who it is. Officers and services may
 * record what was signed on paper; the event says who entered it.
 */
function refuseOtherLogin(
  signature: Signature,
  state: KnownAssessment,
  context: DecisionContext,
): RefusedSignature | null {
  const person = context.actor?.person
  if (person === undefined || person === signature.member) return null
  const { legalRepresentative, archivist } = state.team
  const isOfTeam = [...practitionersOf(state.team), legalRepresentative, archivist].includes(person ?? '')
  // Of others the register was not read; whoever they are, they are not of the team.
  if (person !== null && isOfTeam && isSamePerson(person, signature.member, context)) return null
  const whose = {
    zh: person === null ? '该登录账号未绑定人员' : `该登录账号属于${person}`,
    en: person === null ? 'this login belongs to nobody in particular' : `this login is ${person}'s`,
  }
  return refused(signature, 'another-login', {
    zh: `${whose.zh}，不能以${signature.member}的名义签字；请由${signature.member}本人登录签字；纸质签名可由执法或评估人员账号代为录入，留痕载明录入人`,
    en: `${whose.en} and does not sign as ${signature.member}; let ${signature.member} sign under their own login, or have an officer or assessor enter what was signed on paper: the trail shows who entered it`,
  })
}

/** Who is legal representative, the institution's register says, not the team. Order 7 art. 14. */
function refuseOtherRepresentative(
  signature: Signature,
  state: KnownAssessment,
  context: DecisionContext,
): RefusedSignature | null {
  const { member, day } = signature
  if (isRegisteredRepresentative(state.institution, member, day, context)) return null
  const text = {
    zh: `${member}在${day}不是机构登记的法定代表人；请由登记的法定代表人签字，或先更正机构登记`,
    en: `${member} was not the registered legal representative of the institution on ${day}; let that person sign, or have the institution's details corrected first`,
  }
  const { refusal, ...attempt } = refused(signature, 'not-in-role', text)
  return { ...attempt, refusal: { ...refusal, code: 'legal-representative-differs' } }
}

/** Whether the register names this person on the day; also where it knows nobody who could be compared. */
function isRegisteredRepresentative(
  uscc: string,
  member: string,
  day: LocalDate,
  context: Pick<DecisionContext, 'stateOf'>,
): boolean {
  const registered = context.stateOf(institution, uscc)
  const subject =
    registered.status === 'unknown' ? null : representativeOn(registered.representatives ?? [], day)
  return subject === null || isSamePerson(subject, member, context)
}

/** Null when the team's legal representative is the one whom the institution's register names on the day. */
export function refuseTeamOf(
  uscc: string,
  { legalRepresentative: member }: AssessmentTeam,
  day: LocalDate,
  context: DecisionContext,
) {
  if (isRegisteredRepresentative(uscc, member, day, context)) return null
  const text = {
    zh: `${member}在${day}不是机构登记的法定代表人，不能以此身份列入项目组；请填写登记的法定代表人，或先更正机构登记`,
    en: `${member} was not the registered legal representative of the institution on ${day} and cannot be in the team as such; name that person, or have the institution's details corrected first`,
  }
  return refuse('legal-representative-differs', text, ['O7:14', 'XF3005:7'], '/data/team/legalRepresentative')
}

/** What telling that takes: the register, and the practitioner when the representative is named as one. */
export function representativeReliance(uscc: string, { legalRepresentative: member }: AssessmentTeam) {
  const named = ulid.safeParse(member).success ? [{ category: 'practitioner', id: member }] : []
  return [{ category: 'institution', id: uscc }, ...named]
}

/** Null unless the same person has already put a name to another of check, audit and issue. */
export function refuseSecondSignature(
  signature: Signature,
  report: AssessmentReport,
  context: DecisionContext,
): RefusedSignature | null {
  const signers = signersOf(report)
  if (!signers.some((signer) => isSamePerson(signer, signature.member, context))) return null
  return refused(signature, 'signed-before', {
    zh: `${signature.member}已在校核、审核、签发中签过字，三者须由不同人员承担；请由另一人签字`,
    en: `${signature.member} already signed this report; check, audit and issue are by three different persons: let another one sign`,
  })
}

export function signersOf(report: AssessmentReport): string[] {
  return [report.checkedBy, report.auditedBy, report.issuedBy].filter((signer) => signer !== null)
}

/** A legal representative who is an engineer as well signs under the subject id; the register knows both. */
export function isSamePerson(
  signer: string,
  member: string,
  context: Pick<DecisionContext, 'stateOf'>,
): boolean {
  if (signer === member) return true
  const subjectOf = (id: string) => {
    if (!ulid.safeParse(id).success) return id
    const known = context.stateOf(practitioner, id)
    return known.status === 'unknown' ? id : known.subjectId
  }
  return subjectOf(signer) === subjectOf(member)
}

export function obstacleOf(
  member: string,
  day: LocalDate,
  state: KnownAssessment,
  context: Pick<DecisionContext, 'stateOf'>,
  level: Exclude<PracticeLevel, 'none'>,
): PracticeObstacle | null {
  const known = context.stateOf(practitioner, member)
  if (known.status === 'unknown') return 'unregistered'
  return practiceObstacleOn(known, day, state.institution, level)
}

export function describeObstacle(member: string, day: LocalDate, obstacle: PracticeObstacle) {
  const { zh, en } = practiceObstacles[obstacle]
  return { zh: `${member}在${day}${zh}`, en: `${member} ${en} on ${day}` }
}

/** The highest level that the member's roles in the team need. */
export function levelNeeded(process: ProcessContent, team: AssessmentTeam, member: string): PracticeLevel {
  const needed = rolesOf(team, member).map((role) => levels.indexOf(levelOf(process, role)))
  return levels[Math.max(0, ...needed)] ?? 'none'
}

/** Everyone of the team who may not act here on the day, with the reason. */
export function teamObstacles(
  state: KnownAssessment,
  context: Pick<DecisionContext, 'stateOf'>,
  day: LocalDate,
) {
  const process = processOf(state, context)
  return practitionersOf(state.team).flatMap((member) => {
    const level = levelNeeded(process, state.team, member)
    const obstacle = level === 'none' ? null : obstacleOf(member, day, state, context, level)
    return obstacle ? [{ member, obstacle, ...describeObstacle(member, day, obstacle) }] : []
  })
}

function refused(
  signature: Signature,
  obstacle: PracticeObstacle | 'not-in-role' | 'signed-before' | 'another-login',
  message: { readonly zh: string; readonly en: string },
): RefusedSignature {
  const { act, member, stage, reportNumber, legalBasis, pointer } = signature
  return {
    accepted: false,
    refusal: { code: `signature-${obstacle}`, message, legalBasis, pointer },
    recorded: [{ type: 'SignatureRefused', data: { act, stage, reportNumber, member, obstacle } }],
  }
}
