import { PersonOf } from '../../parts/person-of.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { type Column, type RegisterDefinition, textOf } from './register-definition.ts'
import { day, dueWhile, institution, named, plain, standing } from './registers.tsx'

/** What speaks for and against institutions and their people besides inspections: complaints, anomalies, merits. */

/** Whether something came by its last day; nothing while it has not come. */
const inTime = (key: Column['key']): Column => ({
  key,
  width: 100,
  text: (row, { t }) => (row.inTime === null ? '' : t(row.inTime ? 'isInTime' : 'isLate')),
  show: (row, { t }) =>
    row.inTime === null || row.inTime === undefined ? null : (
      <Tag tone={row.inTime ? 'good' : 'warn'}>{t(row.inTime ? 'isInTime' : 'isLate')}</Tag>
    ),
})

const practitioner: Column = {
  key: 'practitioner',
  width: 290,
  text: (row) => textOf(row.practitioner),
  show: (row) => (row.practitioner ? <PersonOf id={textOf(row.practitioner)} /> : null),
}

export const complaints: RegisterDefinition = {
  path: 'complaints',
  category: 'complaint',
  id: 'id',
  order: 'desc',
  columns: [
    plain('number', 'number', 170),
    named('channel', 'channel', 'complaint-channel', 110),
    institution('institution', 'institution'),
    standing('complaint'),
    standing('complaint-outcome', 'outcome', 'outcome'),
    day('receivedOn', 'receivedOn'),
    dueWhile('dueOn', 'dueOn', (status) => status === 'open', 'status'),
    day('decidedOn', 'decidedOn'),
    inTime('inTime'),
  ],
  filters: [
    { name: 'status', choices: { kind: 'complaint', codes: ['open', 'decided'] } },
    {
      name: 'outcome',
      choices: { kind: 'complaint-outcome', codes: ['substantiated', 'unsubstantiated'] },
    },
    { name: 'received', choices: 'days' },
  ],
}

const anomalyCodes = Array.from({ length: 14 }, (_, index) => `AN${String(index + 1).padStart(2, '0')}`)

export const anomalies: RegisterDefinition = {
  path: 'anomalies',
  category: 'anomaly',
  id: 'id',
  order: 'desc',
  columns: [
    day('detectedOn', 'detectedOn'),
    named('anomaly', 'code', 'anomaly-code', 210),
    institution('institution', 'institution'),
    practitioner,
    standing('anomaly'),
    dueWhile('replyBy', 'replyBy', (status) => status === 'notified', 'status'),
    inTime('inTime'),
    day('settledOn', 'settledOn'),
  ],
  filters: [
    {
      name: 'status',
      choices: {
        kind: 'anomaly',
        codes: ['detected', 'notified', 'explained', 'confirmed', 'dismissed'],
      },
    },
    { name: 'code', choices: { kind: 'anomaly-code', codes: anomalyCodes } },
    { name: 'detected', choices: 'days' },
  ],
}

export const merits: RegisterDefinition = {
  path: 'merits',
  category: 'merit',
  id: 'id',
  order: 'desc',
  columns: [
    day('doneOn', 'doneOn'),
    named('kind', 'kind', 'merit-kind', 150),
    institution('institution', 'institution'),
    practitioner,
    standing('merit'),
    day('withdrawnOn', 'withdrawnOn'),
  ],
  filters: [
    { name: 'status', choices: { kind: 'merit', codes: ['recorded', 'withdrawn'] } },
    {
      name: 'kind',
      choices: { kind: 'merit-kind', codes: ['training', 'public-service', 'hazard-reported'] },
    },
    { name: 'done', choices: 'days' },
  ],
}
