import { dayOf, type UnitEvent, type UnitState, unit } from '@fireledger/domain'
import type { FoldProjection } from './projection.ts'
import { maybe, occurred, type Stamp, stampColumns, stampOf, stampValues, unstamped } from './stream-row.ts'

/** The register of units (served or inspected premises): one row each, as the ledger now has it. */

type State = { readonly unit: UnitState; readonly registeredOn: string | null; readonly stamp: Stamp }

export const unitRegister: FoldProjection<State> = {
  kind: 'fold',
  name: 'unit-register',
  version: 2,
  categories: ['unit'],
  tables: {
    unit: {
      columns: {
        id: 'text',
        name: 'text',
        uscc: 'text',
        kind: 'text',
        area_square_metres: 'real',
        division: 'text',
        address: 'text',
        /** open · closed */
        status: 'text',
        registered_on: 'text',
        closed_on: 'text',
        /** 1 when it is a key unit by the latest fact; the intervals stand in `details.keyUnit`. */
        key_unit: 'boolean',
        contact_name: 'text',
        /** The opened contact: subjectId, name, identityNumber, phone, withheld; null when there is none. */
        person: 'json',
        details: 'json',
        ...stampColumns,
      },
      primaryKey: ['id'],
      indexes: [['division', 'status'], ['name'], ['uscc']],
      searchable: ['name', 'uscc', 'address', 'contact_name'],
    },
  },
  keysOf: (event) => [event.streamId],
  initialState: { unit: unit.initialState, registeredOn: null, stamp: unstamped },
  evolve(state, event) {
    const registered = event.type === 'UnitRegistered'
    return {
      unit: unit.evolve(state.unit, occurred<UnitEvent>(event)),
      registeredOn: registered ? dayOf(event.metadata.effectiveAt) : state.registeredOn,
      stamp: stampOf(event),
    }
  },
  rows(state, key, _shared, open) {
    const known = state.unit
    if (known.status === 'unknown') return { unit: [] }
    const { name, uscc, kind, areaSquareMetres, division, address } = known.details
    const person = maybe(known.contact, open)
    return {
      unit: [
        {
          id: key,
          name,
          uscc,
          kind,
          area_square_metres: areaSquareMetres,
          division,
          address,
          status: known.status,
          registered_on: state.registeredOn,
          closed_on: maybe(known.closedAt, dayOf),
          key_unit: known.keyUnit.at(-1)?.designated ?? false,
          contact_name: person?.name ?? null,
          person,
          details: { keyUnit: known.keyUnit },
          ...stampValues(state.stamp),
        },
      ],
    }
  },
}
