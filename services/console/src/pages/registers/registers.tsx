import type { RegisterRow } from '@fireledger/client'
import { formatDay, formatMoney } from '../../i18n/format.ts'
import { ClockBadge } from '../../parts/clock-badge.tsx'
import { GradeBadge, gradeOrder } from '../../parts/grade-badge.tsx'
import { IllustrativeMark } from '../../parts/illustrative-mark.tsx'
import { InstitutionName } from '../../parts/institution-name.tsx'
import { PersonName } from '../../parts/masked.tsx'
import { StatusTag, Tag } from '../../parts/status-tag.tsx'
import { UnitName } from '../../parts/unit-name.tsx'
import { type Column, type RegisterDefinition, textOf } from './register-definition.ts'

export const plain = (key: Column['key'], field: string, width: number): Column => ({
  key,
  width,
  text: (row) => textOf(row[field]),
})
const mono = (key: Column['key'], field: string, width: number): Column => ({
  ...plain(key, field, width),
  show: (row) => <span className="mono">{textOf(row[field])}</span>,
})
export const day = (key: Column['key'], field: string): Column => ({
  key,
  width: 112,
  text: (row) => (row[field] ? formatDay(textOf(row[field])) : ''),
})
const number = (key: Column['key'], field: string, width: number): Column => ({
  ...plain(key, field, width),
  align: 'right',
})
export const named = (key: Column['key'], field: string, kind: string, width: number): Column => ({
  key,
  width,
  text: (row, { codeName }) => codeName(kind, row[field]),
})
export const standing = (kind: string, key: Column['key'] = 'status', field = 'status'): Column => ({
  key,
  width: 118,
  text: (row, { codeName }) => codeName(kind, row[field]),
  show: (row) => <StatusTag kind={kind} status={row[field]} />,
})
/** What a decided case has to pay in all: the fine, what is confiscated, and what late payment and costs added. */
const owedFen = ({ fineFen, confiscatedFen, chargedFen }: RegisterRow) =>
  Number(fineFen) + Number(confiscatedFen) + Number(chargedFen)
/** An amount of a case; before the decision there is none, not even nought. */
const ofDecided = (key: Column['key'], amount: (row: RegisterRow) => string): Column => ({
  key,
  width: 110,
  align: 'right',
  text: (row) => (row.decidedOn ? amount(row) : '—'),
})
export const institution = (key: Column['key'], field: string): Column => ({
  key,
  width: 230,
  text: (row) => textOf(row[field]),
  show: (row) => (row[field] ? <InstitutionName uscc={textOf(row[field])} /> : null),
})
export const dueWhile = (
  key: Column['key'],
  field: string,
  runs: (status: unknown) => boolean,
  by: string,
): Column => ({
  ...day(key, field),
  width: 136,
  show: (row) => (row[field] && runs(row[by]) ? <ClockBadge due={textOf(row[field])} /> : textOf(row[field])),
})

/** By what random inspections are drawn: times the ordinary ratio, or so many a year. */
const samplingOf: Column['text'] = ({ samplingFactor, inspectionsPerYear }, { t }) => {
  if (typeof samplingFactor === 'number') return `×${samplingFactor}`
  return typeof inspectionsPerYear === 'number' ? `${inspectionsPerYear} ${t('perYear')}` : ''
}
/** As text, a number of a demonstration's rulebook carries its mark within. */
const inText =
  (told: Column['text']): Column['text'] =>
  (row, tools) => {
    const text = told(row, tools)
    return text !== '' && row.illustrative === true ? `${text}${tools.t('sample')}` : text
  }
const gradeOf: Column['show'] = ({ grade, illustrative }) => (
  <GradeBadge grade={grade === null ? null : textOf(grade)} illustrative={illustrative === true} />
)

export const institutions: RegisterDefinition = {
  path: 'institutions',
  category: 'institution',
  id: 'uscc',
  order: 'asc',
  rowPath: ({ uscc }) => `/institutions/${textOf(uscc)}`,
  columns: [
    {
      ...plain('name', 'name', 250),
      show: ({ uscc }) => <InstitutionName uscc={textOf(uscc)} />,
    },
    mono('uscc', 'uscc', 190),
    standing('institution'),
    { key: 'grade', width: 92, text: inText(({ grade }) => textOf(grade)), show: gradeOf },
    {
      key: 'sampling',
      width: 150,
      text: inText(samplingOf),
      show: (row, tools) => (
        <>
          {samplingOf(row, tools)}
          {row.illustrative && row.grade !== null ? <IllustrativeMark /> : null}
        </>
      ),
    },
    named('type', 'type', 'institution-type', 130),
    {
      key: 'conditions',
      width: 106,
      text: ({ conditionsMet }, { t }) =>
        t(conditionsMet === null ? 'unverified' : conditionsMet ? 'met' : 'unmet'),
      show: ({ conditionsMet }, { t }) =>
        conditionsMet === null ? (
          t('unverified')
        ) : (
          <Tag tone={conditionsMet ? 'good' : 'bad'}>{t(conditionsMet ? 'met' : 'unmet')}</Tag>
        ),
    },
    day('registeredOn', 'registeredOn'),
    plain('address', 'address', 260),
  ],
  filters: [
    {
      name: 'status',
      choices: {
        kind: 'institution',
        codes: ['registered', 'active', 'suspended', 'withdrawn', 'removed', 'banned'],
      },
    },
    { name: 'type', choices: { kind: 'institution-type', codes: ['maintenance', 'assessment', 'both'] } },
    { name: 'conditionsMet', choices: { kind: 'met', codes: ['true', 'false'] } },
    { name: 'grade', choices: { kind: 'grade', codes: gradeOrder } },
    { name: 'registered', choices: 'days' },
  ],
}

export const practitioners: RegisterDefinition = {
  path: 'practitioners',
  category: 'practitioner',
  id: 'id',
  order: 'asc',
  hasPersons: true,
  columns: [
    {
      key: 'person',
      width: 100,
      text: ({ person }) => textOf((person as { name?: string } | null)?.name),
      show: ({ person }) => <PersonName person={person} />,
    },
    named('qualification', 'qualification', 'qualification', 170),
    mono('registrationNumber', 'registrationNumber', 190),
    standing('practitioner'),
    institution('employer', 'employer'),
    day('registeredOn', 'registeredOn'),
    dueWhile('validUntil', 'validUntil', (status) => status === 'registered', 'status'),
  ],
  filters: [
    {
      name: 'status',
      choices: {
        kind: 'practitioner',
        codes: ['registered', 'expired', 'suspended', 'cancelled', 'revoked', 'struck-off', 'banned'],
      },
    },
    { name: 'profession', choices: { kind: 'profession', codes: ['engineer', 'operator'] } },
    { name: 'validUntil', choices: 'days' },
  ],
}

const unitKinds = [
  'commercial-complex',
  'high-rise',
  'residential',
  'hospital',
  'school',
  'childcare',
  'care-home',
  'hotel',
  'restaurant',
  'entertainment',
  'market',
  'office',
  'factory',
  'warehouse',
  'hazardous',
  'transport',
  'culture',
  'heritage',
  'other',
]

export const units: RegisterDefinition = {
  path: 'units',
  category: 'unit',
  id: 'id',
  order: 'asc',
  columns: [
    plain('name', 'name', 250),
    named('kind', 'kind', 'unit-kind', 120),
    standing('unit'),
    {
      key: 'keyUnit',
      width: 110,
      text: ({ keyUnit }, { t }) => (keyUnit ? t('isKeyUnit') : ''),
      show: ({ keyUnit }, { t }) => (keyUnit ? <Tag tone="warn">{t('isKeyUnit')}</Tag> : null),
    },
    number('area', 'areaSquareMetres', 110),
    plain('address', 'address', 320),
    day('registeredOn', 'registeredOn'),
  ],
  filters: [
    { name: 'status', choices: { kind: 'unit', codes: ['open', 'closed'] } },
    { name: 'kind', choices: { kind: 'unit-kind', codes: unitKinds } },
    { name: 'keyUnit', choices: { kind: 'key-unit', codes: ['true', 'false'] } },
  ],
}

export const inspections: RegisterDefinition = {
  path: 'inspections',
  category: 'inspection',
  id: 'id',
  order: 'desc',
  columns: [
    day('plannedFor', 'plannedFor'),
    {
      key: 'subject',
      width: 240,
      text: ({ institution, unit }) => textOf(institution ?? unit),
      show: ({ inspected, institution, unit }) =>
        inspected === 'unit' && unit ? (
          <UnitName id={textOf(unit)} />
        ) : institution ? (
          <InstitutionName uscc={textOf(institution)} />
        ) : null,
    },
    named('form', 'form', 'inspection-form', 96),
    standing('inspection'),
    {
      key: 'items',
      width: 92,
      align: 'right',
      text: ({ itemsFailed, itemsPlanned }) => `${textOf(itemsFailed)} / ${textOf(itemsPlanned)}`,
    },
    standing('rectification', 'rectification', 'rectification'),
    dueWhile(
      'rectifyBy',
      'rectifyBy',
      (status) => status === 'ordered' || status === 'missed',
      'rectification',
    ),
    day('concludedOn', 'concludedOn'),
    plain('campaign', 'campaign', 240),
  ],
  filters: [
    {
      name: 'status',
      choices: { kind: 'inspection', codes: ['planned', 'started', 'concluded', 'cancelled'] },
    },
    {
      name: 'form',
      choices: { kind: 'inspection-form', codes: ['daily', 'special', 'back-check', 'complaint'] },
    },
    {
      name: 'rectification',
      choices: { kind: 'rectification', codes: ['ordered', 'reported', 'cured', 'missed'] },
    },
    { name: 'planned', choices: 'days' },
  ],
}

export const penaltyCases: RegisterDefinition = {
  path: 'penalty-cases',
  category: 'penaltyCase',
  id: 'id',
  order: 'desc',
  columns: [
    plain('caseNumber', 'caseNumber', 210),
    institution('institution', 'institution'),
    standing('penalty-case'),
    plain('violations', 'violations', 100),
    ofDecided('due', (row) => formatMoney(owedFen(row))),
    ofDecided('paid', ({ paidFen }) => formatMoney(Number(paidFen))),
    {
      ...day('payBy', 'payBy'),
      width: 136,
      show: (row) =>
        row.payBy && row.status === 'decided' && Number(row.paidFen) < owedFen(row) ? (
          <ClockBadge due={textOf(row.payBy)} />
        ) : (
          textOf(row.payBy)
        ),
    },
    day('filedOn', 'filedOn'),
    day('decidedOn', 'decidedOn'),
    plain('decisionNumber', 'decisionNumber', 220),
  ],
  filters: [
    {
      name: 'status',
      choices: { kind: 'penalty-case', codes: ['filed', 'notified', 'decided', 'closed', 'withdrawn'] },
    },
    { name: 'filed', choices: 'days' },
  ],
}

const unit = (key: Column['key']): Column => ({
  key,
  width: 230,
  text: (row) => textOf(row.unit),
  show: (row) => (row.unit ? <UnitName id={textOf(row.unit)} /> : null),
})

export const projects: RegisterDefinition = {
  path: 'projects',
  category: 'project',
  id: 'id',
  order: 'desc',
  columns: [
    plain('contractNumber', 'contractNumber', 170),
    unit('unit'),
    institution('institution', 'institution'),
    named('kind', 'kind', 'project-kind', 124),
    standing('project'),
    day('servesFrom', 'servesFrom'),
    day('servesUntil', 'servesUntil'),
    number('conclusions', 'conclusionCount', 96),
    day('contractedOn', 'contractedOn'),
    mono('technicalLead', 'technicalLead', 230),
    mono('projectLead', 'projectLead', 230),
  ],
  filters: [
    { name: 'status', choices: { kind: 'project', codes: ['contracted', 'concluded', 'archived'] } },
    { name: 'kind', choices: { kind: 'project-kind', codes: ['maintenance', 'assessment'] } },
    { name: 'contracted', choices: 'days' },
  ],
}

export const assessments: RegisterDefinition = {
  path: 'assessments',
  category: 'assessment',
  id: 'id',
  order: 'desc',
  rowPath: ({ id }) => `/assessments/${textOf(id)}`,
  columns: [
    {
      ...plain('reportNumber', 'reportNumber', 190),
      show: ({ reportNumber, hasVoidedReport }, { t }) => (
        <>
          {textOf(reportNumber)} {hasVoidedReport === true && <Tag tone="bad">{t('someVoid')}</Tag>}
        </>
      ),
    },
    institution('institution', 'institution'),
    unit('subject'),
    standing('assessment'),
    plain('stage', 'stage', 110),
    number('score', 'score', 90),
    day('engagedOn', 'engagedOn'),
    day('issuedOn', 'issuedOn'),
  ],
  filters: [
    { name: 'status', choices: { kind: 'assessment', codes: ['open', 'archived'] } },
    { name: 'hasVoidedReport', choices: { kind: 'voided-report', codes: ['true', 'false'] } },
    { name: 'engaged', choices: 'days' },
  ],
}
