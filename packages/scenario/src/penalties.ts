import { addDays, findViolation, type LocalDate, violations } from '@fireledger/domain'
import { officer, officerNumbers } from './actors.ts'
import { type Pace, paceFrom } from './calendar.ts'
import { digestOf } from './identifiers.ts'
import { legalRepresentativeOf } from './institutions.ts'
import { leadsOf } from './projects.ts'
import type { Random } from './random.ts'
import type { Order, Step } from './wave.ts'
import type { Institution, Practitioner, World } from './world.ts'

/** Penalty cases from filing to closing, with the turns that real ones take. */

type Found = {
  readonly world: World
  readonly key: string
  readonly institution: Institution
  readonly slot: number
  readonly inspection: string | null
  readonly foundOn: LocalDate
  readonly violations: readonly string[]
  /** Only this practitioner is the respondent (Order 143). */
  readonly practitioner?: Practitioner
}

type Respondent = { readonly kind: 'institution' | 'practitioner' | 'other'; readonly id: string }
type Line = {
  readonly respondent: Respondent
  readonly violation: { readonly code: string }
  readonly fineFen: number
  readonly warning: boolean
  readonly confiscatedFen: number
  readonly sanctions: readonly string[]
  readonly circumstances: readonly string[]
  readonly rangeUnknown: boolean
  readonly reason: string | null
}

type Life = Found & {
  readonly id: string
  readonly random: Random
  readonly pace: Pace
  readonly respondents: readonly Respondent[]
}

/** The careful half of the city: never fined, and rewarded for it. */
export function isSpotless(institution: Institution): boolean {
  const watched = [...institution.engineers].some(({ anomaly }) => anomaly !== null)
  return institution.diligence > 0.72 && !watched && institution.fate !== 'banned'
}

const gravePerItem = [
  'QA1',
  'QA2',
  'QA3',
  'QA4',
  'QA5',
  'OD1',
  'OD4',
  'QB1',
  'QB2',
  'QB3',
  'QB4',
  'QB5',
  'QC1',
]

/** What of the failed items is prosecuted; nothing where the first and minor is let off with a cure. */
export function violationsFoundIn(
  failed: readonly string[],
  institution: Institution,
  random: Random,
): string[] {
  if (isSpotless(institution) || institution.fate === 'removed') return []
  const grave = failed.filter((code) => gravePerItem.includes(code))
  if (grave.length === 0 || !random.chance(0.85)) return []
  const found = grave.slice(0, 3).map((code) => {
    const fitting = violations.filter(({ items, range }) => items.includes(code) && range !== 'unknown')
    const ordinary = fitting.filter(({ code }) => code !== 'V13' || random.chance(0.45))
    return (ordinary[0] ? random.pick(ordinary) : fitting[0])?.code
  })
  return [...new Set(found.filter((code) => code !== undefined))]
}

export function* caseLife(found: Found): Generator<Step> {
  const { world, key, slot } = found
  const random = world.random('case', key)
  const pace = paceFrom(world.calendar, slot)
  const life = {
    ...found,
    id: world.idOf(slot, 'case', key),
    random,
    pace,
    respondents: respondentsOf(found, random),
  }
  yield* investigation(life)
  if (random.chance(0.045)) {
    const reason = '当事人违法事实轻微并及时改正，撤销案件'
    yield step(life, pace.days(random.int(5, 30)), { type: 'WithdrawPenaltyCase', data: { reason } })
    return
  }
  const lines = linesOf(life)
  yield* hearing(life, lines)
  yield* decision(life, lines)
  yield* aftermath(life, lines)
}

function step(
  { id, institution, random }: Life,
  slot: number,
  act: Pick<Order, 'type' | 'data' | 'expected'>,
): Step {
  const actor = officer('case-handler', institution.division, random)
  return { slot, order: { category: 'penaltyCase', id, actor, ...act } }
}

/** Persons are liable beside the institution for what the Fire Protection Law punishes. */
function respondentsOf(
  { institution, violations: codes, practitioner }: Found,
  random: Random,
): Respondent[] {
  if (practitioner) return [{ kind: 'practitioner', id: practitioner.id }]
  const respondents: Respondent[] = [{ kind: 'institution', id: institution.uscc }]
  if (codes.some((code) => ['V12', 'V13', 'V14'].includes(code)) && random.chance(0.55)) {
    respondents.push({ kind: 'practitioner', id: leadsOf(institution)[1].id })
  }
  if (codes.some((code) => ['V12', 'V13'].includes(code)) && random.chance(0.5)) {
    respondents.push({ kind: 'other', id: legalRepresentativeOf(institution) })
  }
  return respondents
}

function* investigation(life: Life): Generator<Step> {
  const { random, pace, institution, violations: codes, foundOn, inspection } = life
  const slot = pace.days(random.int(1, 9))
  const year = pace.day.slice(0, 4)
  yield step(life, slot, {
    type: 'FilePenaltyCase',
    data: {
      division: institution.division,
      caseNumber: `常消立字〔${year}〕第${random.int(10_000, 99_999)}号`,
      respondents: life.respondents,
      violations: codes.map((code) => ({ code })),
      inspection,
      officers: random.sample(officerNumbers('case-handler', institution.division), 2),
      actedOn: addDays(foundOn, -random.int(0, 40)),
      discoveredOn: foundOn,
      facts: codes.map((code) => findViolation(code)?.title.zh ?? code).join('；'),
    },
  })
}

/** Whole hundreds of yuan within the article's range, mostly near its lower end. */
function fineFen(code: string, kind: Respondent['kind'], random: Random): number {
  const liable =
    kind === 'institution' ? 'institution' : kind === 'practitioner' ? 'engineer' : 'responsible-person'
  const range = findViolation(code)?.fines.find((fine) => fine.liable === liable)
  if (!range) return 0
  const skew = random.next() ** 2.2
  const floor = Math.max(range.minFen, 50_000)
  return Math.round((floor + (range.maxFen - floor) * skew * 0.8) / 10_000) * 10_000
}

function linesOf({ violations: codes, respondents, random }: Life): Line[] {
  const nothing = {
    warning: false,
    confiscatedFen: 0,
    sanctions: [],
    circumstances: [],
    rangeUnknown: false,
    reason: null,
  }
  return codes.flatMap((code) =>
    respondents.flatMap((respondent): Line[] => {
      const base = { ...nothing, respondent, violation: { code } }
      const known = findViolation(code)?.range
      if (known === 'unknown') {
        const reason = '依据注册消防工程师管理规定处以警告和罚款'
        return [{ ...base, fineFen: random.int(2, 9) * 50_000, warning: true, rangeUnknown: true, reason }]
      }
      const fine = fineFen(code, respondent.kind, random)
      if (fine === 0 && respondent.kind !== 'institution') return []
      if (fine === 0) return [{ ...base, fineFen: 0, warning: true, reason: '法律未设定罚款，予以警告' }]
      const grave = code === 'V12' || code === 'V13'
      const confiscatedFen = grave && respondent.kind === 'institution' ? random.int(3, 40) * 100_000 : 0
      const mild = !grave && code >= 'V05' && code <= 'V11' && random.chance(0.08)
      if (mild)
        return [
          {
            ...base,
            fineFen: 0,
            circumstances: ['first-and-minor'],
            reason: '初次违法且危害后果轻微并及时改正',
          },
        ]
      return [{ ...base, fineFen: fine, confiscatedFen }]
    }),
  )
}

function* hearing(life: Life, lines: readonly Line[]): Generator<Step> {
  const { random, pace, respondents } = life
  const total = lines.reduce((sum, line) => sum + line.fineFen + line.confiscatedFen, 0)
  const hearingRight = total >= 2_000_000
  const summary = `拟罚没${total / 100}元`
  if (random.chance(0.015)) {
    const data = { lines, decisionNumber: null }
    yield step(life, pace.next(), { type: 'DecidePenalty', data, expected: { refused: 'notice-not-served' } })
  }
  yield step(life, pace.days(random.int(5, 20)), {
    type: 'ServePenaltyNotice',
    data: { hearingRight, summary },
  })
  if (hearingRight && random.chance(0.3)) {
    const [respondent] = respondents
    yield step(life, pace.days(random.int(1, 3)), { type: 'RequestPenaltyHearing', data: { respondent } })
    const held = { summary: '听取当事人陈述和申辩，维持拟处罚意见' }
    yield step(life, pace.days(random.int(6, 15)), { type: 'HoldPenaltyHearing', data: held })
  }
  pace.days(random.int(7, 14))
}

function* decision(life: Life, lines: readonly Line[]): Generator<Step> {
  const { random, pace } = life
  const [first] = lines
  if (first && random.chance(0.02) && findViolation(first.violation.code)?.range === 'known') {
    const data = {
      lines: [{ ...first, fineFen: 20_000_000, circumstances: [], reason: null }],
      decisionNumber: null,
    }
    yield step(life, pace.next(), {
      type: 'DecidePenalty',
      data,
      expected: { refused: 'fine-outside-range' },
    })
  }
  const slot = pace.next()
  const decisionNumber = `常消行罚决字〔${pace.day.slice(0, 4)}〕第${random.int(1000, 9999)}号`
  yield step(life, slot, { type: 'DecidePenalty', data: { decisionNumber, lines } })
  yield step(life, pace.days(random.int(1, 5)), { type: 'ServePenaltyDecision', data: {} })
}

/** What each respondent owes, in the order of the respondents. */
function duesOf(respondents: readonly Respondent[], lines: readonly Line[]) {
  return respondents
    .map((respondent) => ({
      respondent,
      dueFen: lines
        .filter((line) => line.respondent.id === respondent.id)
        .reduce((sum, line) => sum + line.fineFen + line.confiscatedFen, 0),
    }))
    .filter(({ dueFen }) => dueFen > 0)
}

function* aftermath(life: Life, lines: readonly Line[]): Generator<Step> {
  const { random, pace, respondents, violations: codes } = life
  let standing = lines
  if (random.chance(0.08)) {
    const outcome = random.weighted({ upheld: 5, changed: 2, withdrawn: 2 })
    standing = yield* review(life, lines, outcome)
    if (outcome === 'withdrawn') return
  }
  if (codes.includes('V13') || random.chance(0.05)) yield* transfer(life)
  if (random.chance(0.1)) {
    const data = { medium: random.pick(['常州日报', '常州消防公众号', '信用常州网站']), url: null }
    yield step(life, pace.days(2), { type: 'ExposePenaltyCase', data })
  }
  for (const due of duesOf(respondents, standing)) yield* payment(life, due.respondent, due.dueFen, standing)
  yield step(life, pace.days(random.int(2, 20)), { type: 'ClosePenaltyCase', data: { note: null } })
}

function* review(life: Life, lines: readonly Line[], outcome: string): Generator<Step, readonly Line[]> {
  const { random, pace, respondents } = life
  const [respondent] = respondents
  const request = { respondent, body: '常州市人民政府', grounds: '处罚过重，请求变更或者撤销' }
  yield step(life, pace.days(random.int(5, 30)), { type: 'RequestPenaltyReview', data: request })
  const lowered = lines.map((line) => ({
    ...line,
    fineFen: Math.floor(line.fineFen / 20_000) * 10_000,
    circumstances: [
      ...new Set([...line.circumstances, 'mitigated', ...(line.fineFen < 20_000 ? ['first-and-minor'] : [])]),
    ],
    reason: line.reason ?? '复议认为情节较轻，减轻处罚',
  }))
  const data = { outcome, lines: outcome === 'changed' ? lowered : null, reason: '经书面审理' }
  yield step(life, pace.days(random.int(20, 55)), { type: 'DecidePenaltyReview', data })
  return outcome === 'changed' ? lowered : lines
}

function* transfer(life: Life): Generator<Step> {
  const to = life.random.pick(['常州市公安局', '常州市市场监督管理局'])
  const data = { to, reason: '涉嫌犯罪或者属于其他部门管辖，移送处理', documentSha256: digestOf(life.random) }
  yield step(life, life.pace.days(3), { type: 'TransferPenaltyCase', data })
}

function* payment(
  life: Life,
  respondent: Respondent,
  dueFen: number,
  lines: readonly Line[],
): Generator<Step> {
  const { random, pace } = life
  const fines = lines
    .filter((line) => line.respondent.id === respondent.id)
    .reduce((sum, line) => sum + line.fineFen, 0)
  const pay = (slot: number, amountFen: number): Step =>
    step(life, slot, { type: 'PayFine', data: { respondent, amountFen } })
  const way = random.next()
  if (way < 0.8) {
    yield pay(pace.days(random.int(2, 9)), dueFen)
  } else if (way < 0.88 && dueFen >= 20_000) {
    const half = Math.floor(dueFen / 2)
    yield pay(pace.days(random.int(2, 9)), half)
    yield pay(pace.days(random.int(5, 20)), dueFen - half)
  } else if (way < 0.95 && fines >= 100) {
    const amountFen = Math.max(1, Math.floor(fines / 5))
    const reason = '到期未缴纳，每日按罚款数额的百分之三加处罚款'
    yield step(life, pace.days(random.int(18, 25)), {
      type: 'AddFineCharge',
      data: { respondent, charge: 'late-payment', amountFen, reason },
    })
    yield pay(pace.days(random.int(2, 12)), dueFen + amountFen)
  } else {
    yield step(life, pace.days(random.int(70, 90)), {
      type: 'RequestFineEnforcement',
      data: { body: '常州市天宁区人民法院' },
    })
  }
}
