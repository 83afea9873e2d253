import { describe, expect, it } from 'vitest'
import { assessmentTrail } from './assessment-trail.ts'
import { type Fact, foldRows, testUlid, testUscc } from './test-kit.ts'

const stream = `assessment-${testUlid(1)}`
const [lead] = [testUlid(2)]
const stages = ['S6', 'S7'].map((code) => ({ code, title: { zh: code, en: code }, limitWorkingDays: 5 }))

const engaged: Fact = {
  stream,
  type: 'AssessmentEngaged',
  data: {
    ...{ division: '320402', institution: testUscc(1), unit: testUlid(9), project: null },
    ...{ process: 'XF3005-EIGHT-3@0', stages, leastHours: [] },
    team: {
      ...{ legalRepresentative: 'legal-1', technicalLead: lead, projectLead: lead },
      ...{ engineers: [], operators: [], archivist: 'archivist-1' },
    },
  },
}
const fact = (type: string, data: object): Fact => ({ stream, type, data })
const drafted = fact('ReportDrafted', { reportNumber: 'R-1', draftedBy: lead, sentences: [] })
const voided = fact('ReportVoided', { reportNumber: 'R-1', voidedBy: lead, reason: '缺页' })
const revised = fact('ReportRevised', {
  ...{ reportNumber: 'R-1-1', replaces: 'R-1', draftedBy: lead, reason: '缺页', sentences: [] },
  reopens: 'S7',
})

describe('the register of assessments', () => {
  const rowOf = (...facts: Fact[]) => foldRows(assessmentTrail, [engaged, ...facts]).assessment?.[0]

  it.each([
    ['none is void', [drafted], false, false],
    ['one is voided', [drafted, voided], true, true],
    ['one is voided and revised', [drafted, voided, revised], true, false],
    ['a revision took the place of one', [drafted, revised], true, false],
  ] as const)('given reports of which %s, says so', (_which, facts, has_voided_report, isVoid) => {
    expect(rowOf(...facts)).toMatchObject({ has_voided_report, voided: isVoid })
  })
})
