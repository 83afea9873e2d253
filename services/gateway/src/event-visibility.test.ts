import { categories, type EventMetadata, visibilities, visibilityOf } from '@fireledger/domain'
import { openDatabase } from '@fireledger/sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { maySee, visibleEvents } from './event-visibility.ts'
import { holds, type Principal, readPermissionOf, roles } from './policy.ts'

const own = '91320402MA1WABCD1L'
const types = categories.flatMap((category) => Object.keys(category.events))
const refusal = { code: 'no', message: { zh: '不行', en: 'no' }, legalBasis: ['O7:1'] } as const

function principal(role: Principal['role'], division: string | null): Principal {
  return {
    id: 'test',
    role,
    division,
    uscc: role === 'institution' ? own : null,
    person: null,
    expiresAt: null,
  }
}

function metadata(change: Partial<EventMetadata> = {}): EventMetadata {
  return {
    division: '320402',
    institutions: [own],
    practitioners: [],
    units: [],
    refusal: null,
    ...change,
  } as EventMetadata
}

describe('who may see an event', () => {
  const database = openDatabase(':memory:')
  afterAll(() => database.close())
  database.exec('CREATE TABLE event (type TEXT, refused INTEGER, division TEXT, institution TEXT)')
  const insert = database.prepare('INSERT INTO event VALUES (?, ?, ?, ?)')
  for (const type of types) for (const refused of [0, 1]) insert.run(type, refused, '320402', own)

  it.each(types)('%s: by what the catalogue says of it, in its own division', (type) => {
    const visibility = visibilityOf(type)
    for (const role of roles) {
      const granted = holds(principal(role, null), readPermissionOf[visibility])
      const seen = (division: string | null, change: Partial<EventMetadata> = {}) =>
        maySee(principal(role, division), { type, metadata: metadata(change) })
      expect(seen(null), role).toBe(granted)
      expect(seen('320400'), role).toBe(granted)
      expect(seen('320500'), role).toBe(granted && visibility === 'public')
    }
  })

  it.each(types)('%s: an attempt at it is for who may see cases, at least', (type) => {
    const floor = visibilities.indexOf(visibilityOf(type)) < 2 ? 'cases' : visibilityOf(type)
    for (const role of roles) {
      const attempt = { type, metadata: metadata({ refusal: { ...refusal, legalBasis: ['O7:1'] } }) }
      expect(maySee(principal(role, null), attempt), role).toBe(
        holds(principal(role, null), readPermissionOf[floor]),
      )
    }
  })

  it('shows the public nothing of a practitioner', () => {
    const event = { type: 'GradePublished', metadata: metadata({ practitioners: ['01JD'] }) }
    expect(maySee(principal('public', null), event)).toBe(false)
    expect(maySee(principal('auditor', '320400'), event)).toBe(true)
  })

  it.each(['GradePublished', 'GradeChanged'])('%s: shows the public nothing of a unit', (type) => {
    const event = { type, metadata: metadata({ institutions: [], units: ['01JD'] }) }
    expect(maySee(principal('public', null), event)).toBe(false)
    expect(maySee(principal('administrator', null), event)).toBe(false)
    expect(maySee(principal('auditor', '320400'), event)).toBe(true)
    expect(maySee(principal('auditor', '320500'), event)).toBe(false)
    expect(maySee(principal('public', null), { type, metadata: metadata({ units: ['01JD'] }) })).toBe(true)
  })

  it('shows the public what names nobody, such as a rulebook', () => {
    const event = { type: 'RulebookAdopted', metadata: metadata({ institutions: [] }) }
    expect(maySee(principal('public', null), event)).toBe(true)
  })

  it.each(roles)('%s: finds in rows that name no institution what it may see of a unit', (role) => {
    const rows = openDatabase(':memory:')
    rows.exec('CREATE TABLE event (type TEXT, refused INTEGER, division TEXT, institution TEXT)')
    for (const type of types) rows.prepare('INSERT INTO event VALUES (?, 0, ?, NULL)').run(type, '320402')
    for (const division of [null, '320400', '320500']) {
      const reader = principal(role, division)
      const { sql, parameters } = visibleEvents(reader)
      const found = rows.prepare(`SELECT type FROM event WHERE ${sql} ORDER BY rowid`).all(...parameters) as {
        type: string
      }[]
      const ofUnit = metadata({ institutions: [], units: ['01JD'] })
      expect(found.map(({ type }) => type)).toEqual(
        types.filter((type) => maySee(reader, { type, metadata: ofUnit })),
      )
    }
    rows.close()
  })

  it.each(roles)('%s: finds in rows exactly what it may see', (role) => {
    for (const division of [null, '320400', '320500']) {
      const reader = principal(role, division)
      const { sql, parameters } = visibleEvents(reader)
      const rows = database
        .prepare(`SELECT type, refused FROM event WHERE ${sql} ORDER BY rowid`)
        .all(...parameters) as { type: string; refused: number }[]
      const visible = types.flatMap((type) =>
        [0, 1]
          .filter((refused) =>
            maySee(reader, {
              type,
              metadata: metadata(refused ? { refusal: { ...refusal, legalBasis: [] } } : {}),
            }),
          )
          .map((refused) => `${type} ${refused}`),
      )
      expect(rows.map(({ type, refused }) => `${type} ${refused}`)).toEqual(visible)
    }
  })

  it('hides an event that nobody described', () => {
    const event = { type: 'SomethingElse', metadata: metadata() }
    expect(maySee(principal('inspector', null), event)).toBe(false)
    expect(maySee(principal('auditor', null), event)).toBe(true)
  })
})
