import { describe, expect, it } from 'vitest'
import { creditAccount } from './credit-account.ts'
import { grantRepair, publicationOn, shownUntil } from './credit-repair.ts'
import { given } from './given.ts'
import { usccCheckCharacter } from './identifiers.ts'
import type { RulebookState } from './rulebook.ts'
import { rulebookVersion } from './rulebook-in-force.ts'
import { scoreOn } from './scoring.ts'
import { shippedRulebooks } from './shipped-rulebooks.ts'
import { addDays, startOfDay } from './values.ts'

const shipped = shippedRulebooks[0]
if (!shipped) throw new Error('no rulebook is shipped')
const book: RulebookState = {
  status: 'adopted',
  division: shipped.division,
  content: shipped.content,
  contentRevision: 0,
  revision: 1,
  adoptions: [{ division: '320400', subjectKind: 'institution', from: '2023-01-01' }],
  retiredFrom: null,
}
const id = `91320402MA1WABCD1${usccCheckCharacter('91320402MA1WABCD1')}`
const relied = { 'rulebook-CZ-DEFAULT-1': book }
const entryId = '00000000-0000-8000-a000-000000000001'
const papers = { curedOn: '2025-11-01', commitmentSha256: 'c'.repeat(64) }

/** An entry of 1 October 2025 under the item. */
function adjusted(item: string, points: number, validUntil: string) {
  const data = {
    division: '320402',
    subjectKind: 'institution' as const,
    rulebook: 'CZ-DEFAULT-1@0',
    item,
    count: 1,
    points,
    factId: `penaltyCase-1/${item}`,
    violation: null,
    furtherActs: [],
    causeEventId: null,
    effectiveOn: '2025-10-01',
    validUntil,
    reason: '处罚决定',
  }
  return { id: entryId, type: 'CreditAdjusted' as const, data }
}
const general = adjusted('L1', -5, '2026-10-01')
const serious = adjusted('L3', -20, '2028-10-01')

function repairOn(
  day: string,
  fact = general,
  given_ = papers as typeof papers | { curedOn: null; commitmentSha256: null },
) {
  return given(creditAccount, [fact], { id, relied, at: startOfDay(day) }).when({
    type: 'ReverseAdjustment',
    data: { supersedes: entryId, basis: 'repaired', reason: '信用修复', ...given_ },
  })
}

describe('the law of repair changed on 1 April 2026', () => {
  it('is cited as a whole, as long as no source at hand confirms an article', () => {
    const { events, commands } = creditAccount
    const cited = [...Object.values(events), ...Object.values(commands)].flatMap(
      ({ legalBasis }) => legalBasis,
    )
    const ofRepair = cited.filter((basis) => /^N(36|58):/.test(basis))
    expect(new Set(ofRepair)).toEqual(new Set(['N58:', 'N36:']))
  })

  it('the day before, Order 58: a year of publication in fire safety comes first', () => {
    const asked = repairOn('2026-03-31')
    asked.thenRefused('repair-too-early')
    expect(asked.decision).toMatchObject({
      refusal: {
        legalBasis: ['N58:', 'HOUSE:credit-repair'],
        message: { zh: expect.stringContaining('2026-10-01') },
      },
    })
  })

  it('on the day, Order 36: the same entry is of the general class, three months are enough, all comes back', () => {
    const asked = repairOn('2026-04-01')
    asked.thenAppendsTypes('CreditAdjustmentReversed')
    expect(asked.decision).toMatchObject({
      events: [{ data: { repair: { law: 'N36', gravity: 'general', restores: 1, ...papers } } }],
    })
  })

  it('a serious entry waits a year under both, and gets all back by Order 58, half by Order 36', () => {
    repairOn('2026-04-01', serious).thenRefused('repair-too-early')
    expect(repairOn('2026-10-01', serious).decision).toMatchObject({
      events: [{ data: { repair: { law: 'N36', gravity: 'serious', restores: 0.5 } } }],
    })
    const old = { gravity: 'serious' as const, effectiveOn: '2025-03-01' }
    expect(grantRepair(old, papers, '2026-03-31')).toMatchObject({ repair: { law: 'N58', restores: 1 } })
    expect(grantRepair(old, papers, '2026-04-01')).toMatchObject({ repair: { law: 'N36', restores: 0.5 } })
  })

  it('publication ends by the law of the day: three years before, one year after', () => {
    const entry = { gravity: 'general' as const, effectiveOn: '2024-06-01', endedOn: null, forLife: false }
    expect(publicationOn(entry, '2026-03-31')).toMatchObject({
      law: 'N58',
      visible: true,
      until: '2027-06-01',
    })
    expect(publicationOn(entry, '2026-04-01')).toMatchObject({
      law: 'N36',
      visible: false,
      until: '2025-06-01',
    })
    expect(shownUntil(entry)).toBe('2026-03-31')
    expect(shownUntil({ ...entry, effectiveOn: '2025-10-01' })).toBe('2026-10-01')
    expect(shownUntil({ ...entry, effectiveOn: '2022-10-01' })).toBe('2025-10-01')
    expect(shownUntil({ ...entry, gravity: 'serious', effectiveOn: '2025-10-01' })).toBe('2028-10-01')
  })
})

describe('publication', () => {
  const entry = { gravity: 'general' as const, effectiveOn: '2026-05-01', endedOn: null, forLife: false }

  it('shows a minor entry to nobody, and a lifetime ban for good', () => {
    expect(shownUntil({ ...entry, gravity: 'minor' })).toBe('never')
    expect(publicationOn({ ...entry, gravity: 'minor' }, '2026-05-02').visible).toBe(false)
    const ban = { ...entry, gravity: 'serious' as const, forLife: true }
    expect(shownUntil(ban)).toBeNull()
    expect(publicationOn(ban, '2099-01-01')).toMatchObject({
      visible: true,
      until: null,
      repairableFrom: null,
    })
  })

  it('ends with a repair or a reversal', () => {
    expect(shownUntil({ ...entry, endedOn: '2026-09-01' })).toBe('2026-08-31')
    expect(publicationOn({ ...entry, endedOn: '2026-09-01' }, '2026-09-01').visible).toBe(false)
    expect(shownUntil({ ...entry, endedOn: '2026-05-01' })).toBe('never')
  })

  it.each(['2023-03-01', '2024-01-31', '2025-03-31', '2025-12-01', '2026-03-31', '2026-04-01', '2027-02-28'])(
    'of an entry of %s is the same by its last day and day by day',
    (effectiveOn) => {
      for (const gravity of ['minor', 'general', 'serious'] as const) {
        const each = { ...entry, gravity, effectiveOn }
        const until = shownUntil(each)
        for (let ahead = -1; ahead < 1200; ahead += 7) {
          const day = addDays(effectiveOn, ahead)
          const shown = day >= effectiveOn && until !== 'never' && (until === null || day <= until)
          expect(`${day} ${publicationOn(each, day).visible}`).toBe(`${day} ${shown}`)
        }
      }
    },
  )
})

describe('a repair', () => {
  it('needs the cure and a commitment, except of a minor entry', () => {
    repairOn('2026-05-01', general, { curedOn: null, commitmentSha256: null }).thenRefused(
      'repair-without-cure',
    )
    const cured = { curedOn: '2025-11-01', commitmentSha256: null }
    repairOn('2026-05-01', general, cured as never).thenRefused('repair-without-commitment')
    repairOn('2026-05-01', general, { ...papers, curedOn: '2026-06-01' }).thenRefused('repair-without-cure')
    const minor = adjusted('M1', -1, '2026-04-01')
    repairOn('2025-10-02', minor, { curedOn: null, commitmentSha256: null }).thenAppendsTypes(
      'CreditAdjustmentReversed',
    )
  })

  it('that gives back half leaves half to the end of the validity', () => {
    const repair = { law: 'N36' as const, gravity: 'serious' as const, restores: 0.5, ...papers }
    const reversed = {
      type: 'CreditAdjustmentReversed' as const,
      data: {
        supersedes: entryId,
        basis: 'repaired' as const,
        effectiveOn: '2026-10-01',
        repair,
        reason: '修复',
      },
    }
    const { state } = given(creditAccount, [serious, reversed], { id, relied })
    const version = rulebookVersion('CZ-DEFAULT-1', book)
    if (state.status === 'unknown' || !version) throw new Error('open')
    const scores = ['2026-09-30', '2026-10-01', '2028-10-01', '2028-10-02'].map((day) =>
      scoreOn(state, version, day),
    )
    expect(scores.map(({ score }) => score)).toEqual([60, 70, 70, 80])
    expect(scores[0]?.nextChange).toMatchObject({ on: '2026-10-01', score: 70 })
    expect(scores[1]?.lines[0]?.why.zh).toContain('自2026-10-01起信用修复，保留50%')
  })

  it('does not stand in the way when the decision falls afterwards: then the entry never was', () => {
    const repaired = {
      type: 'CreditAdjustmentReversed' as const,
      data: {
        supersedes: entryId,
        basis: 'repaired' as const,
        effectiveOn: '2026-04-01',
        repair: null,
        reason: '修复',
      },
    }
    given(creditAccount, [general, repaired], { id, relied, at: startOfDay('2026-06-01') })
      .when({
        type: 'ReverseAdjustment',
        data: {
          supersedes: entryId,
          basis: 'decision-annulled',
          reason: '复议撤销',
          curedOn: null,
          commitmentSha256: null,
        },
      })
      .thenAppendsTypes('CreditAdjustmentReversed')
  })
})
