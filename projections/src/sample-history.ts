import { shippedRulebooks } from '@fireledger/domain'
import { type Fact, testUlid, testUscc } from './test-kit.ts'

/**
 * A plausible mixture of facts from every category, the same for the same seed: for properties ("whatever the batches,
 * the rows are the same") and for measuring. Facts follow each other a minute apart.
 */

/** Linear congruential; its numbers need to look mixed, not to be unpredictable. */
function randomFrom(seed: number) {
  let value = seed >>> 0
  return (below: number): number => {
    value = (Math.imul(value, 1664525) + 1013904223) >>> 0
    return Math.floor((value / 2 ** 32) * below)
  }
}

const districts = ['320402', '320404', '320411', '320412', '320413']
const sha = 'ab'.repeat(32)

function person(kind: string, number: number) {
  return { subjectId: `${kind}-${number}`, sealed: `王小明${number}` }
}

function eventIdOf(index: number): string {
  return `00000000-0000-8000-a000-${index.toString(16).padStart(12, '0')}`
}

export function sampleFacts(count: number, seed = 1): Fact[] {
  const random = randomFrom(seed)
  const facts: Fact[] = [...rulebookFacts()]
  let streams = 0
  // Stories are told side by side, as in a real ledger.
  const open: Generator<Fact, void, void>[] = []
  while (facts.length < count) {
    if (open.length < 40) {
      streams++
      open.push(story(streams, random, () => facts.length))
    }
    const chosen = random(open.length)
    const next = open[chosen]?.next()
    if (next?.value) facts.push(next.value)
    else open.splice(chosen, 1)
  }
  return facts
}

function rulebookFacts(): Fact[] {
  const [file] = shippedRulebooks
  if (!file) throw new Error('no rulebook is shipped')
  const { id, division, content } = file
  const stream = `rulebook-${id}`
  return [
    { stream, type: 'RulebookDrafted', division, data: { division, content } },
    {
      stream,
      type: 'RulebookAdopted',
      division,
      data: { division, subjectKind: 'institution', from: '2024-01-01', retroactiveReason: null },
    },
  ]
}

type Random = (below: number) => number

function* story(number: number, random: Random, nextIndex: () => number): Generator<Fact, void, void> {
  const institutions = 1 + Math.floor(number / 12)
  const kinds = [unitStory, practitionerStory, inspectionStory, penaltyStory, creditStory, assessmentStory]
  if (number % 12 === 1) yield* institutionStory(institutions, random)
  else yield* (kinds[number % kinds.length] ?? unitStory)(number, institutions, random, nextIndex)
}

function* institutionStory(number: number, random: Random): Generator<Fact, void, void> {
  const id = testUscc(number)
  const division = districts[number % districts.length] ?? '320402'
  const base = { stream: `institution-${id}`, institutions: [id], division }
  const data = {
    name: `常州安信消防技术服务有限公司第${number}分部`,
    type: number % 3 === 0 ? 'both' : 'maintenance',
    division,
    address: `常州市延陵路${number}号`,
    establishedOn: '2020-01-01',
    legalRepresentative: person('legal', number),
  }
  yield { ...base, type: 'InstitutionRegistered', data }
  const figures = {
    legalPerson: true,
    premisesAreaSquareMetres: 200 + random(300),
    equipmentComplete: true,
    engineers: 2 + random(4),
    gradeOneEngineers: 1,
    operators: 6 + random(6),
    intermediateOperators: 2,
    qualitySystem: true,
    processControlSystem: true,
  }
  yield { ...base, type: 'PracticeConditionsDeclared', data: { figures } }
  const outcomes = [{ code: 'PC1', met: true, required: '企业法人', found: '是' }]
  yield {
    ...base,
    type: 'PracticeConditionsVerified',
    data: { figures, outcomes, met: true, rectifyBy: null },
  }
  if (random(4) > 0) return
  yield { ...base, type: 'InstitutionSuspended', data: { reason: '责令停止执业', until: null } }
  yield { ...base, type: 'InstitutionResumed', data: { reason: '整改完成' } }
}

function* unitStory(number: number): Generator<Fact, void, void> {
  const id = testUlid(number)
  const division = districts[number % districts.length] ?? '320402'
  const base = { stream: `unit-${id}`, units: [id], division }
  const details = {
    name: `吾悦广场${number}号楼`,
    uscc: null,
    kind: 'commercial-complex',
    areaSquareMetres: 50_000 + number,
    division,
    address: `常州市和平路${number}号`,
    contact: number % 2 === 0 ? person('contact', number) : null,
  }
  yield { ...base, type: 'UnitRegistered', data: details }
  if (number % 5 === 0) yield { ...base, type: 'KeyUnitDesignated', data: { basis: '人员密集' } }
}

function* practitionerStory(number: number, institution: number): Generator<Fact, void, void> {
  const id = testUlid(number)
  const employer = testUscc(institution)
  const division = districts[institution % districts.length] ?? '320402'
  const base = { stream: `practitioner-${id}`, practitioners: [id], institutions: [employer], division }
  yield {
    ...base,
    type: 'PractitionerRegistered',
    data: {
      qualification: number % 4 === 0 ? 'grade-one-engineer' : 'intermediate-operator',
      registrationNumber: `3204${String(number).padStart(10, '0')}`,
      validFrom: '2024-01-01',
      validUntil: number % 4 === 0 ? '2026-12-31' : null,
      division,
      person: person('practitioner', number),
    },
  }
  yield { ...base, type: 'EmploymentStarted', data: { employer, role: 'engineer', until: null } }
  if (number % 7 === 0) {
    yield { ...base, type: 'EmploymentEnded', data: { employer, reason: '合同到期' } }
    const next = testUscc(institution + 1)
    yield {
      ...base,
      institutions: [next],
      type: 'EmploymentStarted',
      data: { employer: next, role: 'engineer', until: null },
    }
  }
}

function* inspectionStory(number: number, institution: number, random: Random): Generator<Fact, void, void> {
  const id = testUlid(number)
  const inspected = testUscc(institution)
  const division = districts[institution % districts.length] ?? '320402'
  const base = { stream: `inspection-${id}`, institutions: [inspected], division }
  const codes = ['QA2', 'QA4', 'QB2', 'QB4', 'QB5', 'QC1']
  const items = codes.map((code) => ({ scheme: 'fireledger', code }))
  const plan = {
    ...{ form: 'daily', method: 'at-office', inspected: 'institution', institution: inspected, unit: null },
    ...{ division, campaign: null, scheme: 'fireledger', plannedFor: null, items },
  }
  yield { ...base, type: 'InspectionPlanned', data: plan }
  yield { ...base, type: 'InspectorsAssigned', data: { officers: ['officer-3204-017', 'officer-3204-021'] } }
  yield { ...base, type: 'InspectionStarted', data: { place: null } }
  const failed = []
  for (const item of items) {
    const outcome = random(5) === 0 ? 'fail' : 'pass'
    if (outcome === 'fail') failed.push(item)
    const rest = { occurrence: 1, note: null, evidence: [], practitioner: null }
    yield { ...base, type: 'ItemRecorded', data: { item, outcome, ...rest } }
  }
  const counts = { passed: items.length - failed.length, failed: failed.length, notApplicable: 0 }
  const concluded = { ...counts, failedItems: failed, conclusion: null }
  yield { ...base, type: 'InspectionConcluded', data: concluded }
  if (failed.length === 0) return
  const order = { items: failed, dueOn: '2024-06-30', provisional: false, orderNumber: null }
  yield { ...base, type: 'RectificationOrdered', data: order }
  yield { ...base, type: 'RectificationReported', data: { note: null, evidence: [sha] } }
  const seen = { cured: random(3) > 0, inTime: true, note: null, evidence: [] }
  yield { ...base, type: 'RectificationVerified', data: seen }
}

function* penaltyStory(number: number, institution: number, random: Random): Generator<Fact, void, void> {
  const id = testUlid(number)
  const division = districts[institution % districts.length] ?? '320402'
  const respondent = { kind: 'institution', id: testUscc(institution) }
  const base = { stream: `penaltyCase-${id}`, institutions: [respondent.id], division }
  const violation = { scheme: 'fireledger', code: 'V08' }
  const filing = {
    ...{ division, caseNumber: `常消罚〔2024〕第${number}号`, respondents: [respondent] },
    ...{ violations: [violation], inspection: null, officers: ['officer-3204-017', 'officer-3204-021'] },
    ...{ actedOn: '2024-01-01', discoveredOn: null, harmful: false, currency: 'CNY', facts: null },
  }
  yield { ...base, type: 'PenaltyCaseFiled', data: filing }
  const notice = { hearingRight: false, hearingUntil: null, provisional: false, summary: null }
  yield { ...base, type: 'PenaltyNoticeServed', data: notice }
  const fineFen = (1 + random(10)) * 100_000
  const line = {
    ...{ respondent, violation, fineFen, confiscatedFen: 0, warning: false, sanctions: [] },
    ...{ circumstances: [], rangeUnknown: false, reason: null },
  }
  const decision = { decisionNumber: `常消决${number}`, lines: [line], currency: 'CNY', totalFen: fineFen }
  yield {
    ...base,
    type: 'PenaltyDecided',
    data: { ...decision, payBy: '2024-05-01', extensionReason: null },
  }
  yield { ...base, type: 'PenaltyDecisionServed', data: { payBy: '2024-05-01' } }
  const paid = { respondent, amountFen: fineFen, lateDays: 0, surchargeFen: 0 }
  yield { ...base, type: 'FinePaid', data: paid }
  yield { ...base, type: 'PenaltyCaseClosed', data: { note: null } }
}

function* creditStory(
  number: number,
  institution: number,
  random: Random,
  nextIndex: () => number,
): Generator<Fact, void, void> {
  const id = testUscc(institution)
  const division = districts[institution % districts.length] ?? '320402'
  const base = { stream: `creditAccount-${id}`, institutions: [id], division }
  const opening = { division, subjectKind: 'institution', rulebook: 'CZ-DEFAULT-1@0' }
  const day = `2024-0${1 + random(9)}-1${random(10)}`
  const until = `2025-0${1 + random(9)}-1${random(10)}`
  const act = {
    violation: 'V08',
    furtherActs: [],
    causeEventId: null,
    effectiveOn: day,
    validUntil: until,
    reason: '现场缺席',
  }
  const adjustment = { item: 'Q2', count: 1, points: -5, factId: `inspection-${number}/Q2`, ...act }
  const index = nextIndex()
  yield { ...base, type: 'CreditAdjusted', data: { ...opening, ...adjustment } }
  if (random(6) > 0) return
  const reversal = {
    supersedes: eventIdOf(index),
    basis: 'objection-upheld',
    effectiveOn: day,
    repair: null,
    reason: '异议成立',
  }
  yield { ...base, type: 'CreditAdjustmentReversed', data: reversal }
}

function* assessmentStory(number: number, institution: number): Generator<Fact, void, void> {
  const id = testUlid(number)
  const division = districts[institution % districts.length] ?? '320402'
  const [lead, engineer] = [testUlid(number + 100_000), testUlid(number + 200_000)]
  const team = {
    ...{ legalRepresentative: `legal-${institution}`, technicalLead: lead, projectLead: engineer },
    ...{ engineers: [engineer], operators: [], archivist: 'archivist-1' },
  }
  const unit = testUlid(number + 300_000)
  const base = {
    ...{ stream: `assessment-${id}`, institutions: [testUscc(institution)], division },
    ...{ practitioners: [lead, engineer], units: [unit] },
  }
  const process = 'XF3005-EIGHT-1'
  const outline = {
    stages: ['S1', 'S2', 'S3', 'S4', 'S5', 'S6'].map((code) => ({
      ...{ code, title: { zh: '阶段', en: code }, limitWorkingDays: 5 },
    })),
    leastHours: [],
  }
  const engagement = {
    division,
    institution: testUscc(institution),
    unit,
    project: null,
    process,
    ...outline,
    team,
  }
  yield { ...base, type: 'AssessmentEngaged', data: engagement }
  for (const stage of ['S1', 'S2', 'S3', 'S4', 'S5']) {
    for (let each = 0; each < 4; each++) {
      const evidence = {
        ...{ evidenceId: testUlid(number * 100 + each), stage, kind: 'site-image', title: '现场照片' },
        ...{ sha256: sha, recordedBy: engineer, instrument: null, place: '一层大厅' },
        takenAt: '2024-03-01T01:00:00.000Z',
        file: null,
        heldElsewhere: null,
      }
      yield { ...base, type: 'EvidenceRecorded', data: evidence }
    }
    yield { ...base, type: 'StageCompleted', data: { stage, completedBy: engineer, score: null } }
  }
}
