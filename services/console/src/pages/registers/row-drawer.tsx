import type { RegisterRow } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { EventDetails } from '../../parts/event-details/event-details.tsx'
import { Facts } from '../../parts/facts.tsx'
import { QueryView } from '../../parts/query-view.tsx'
import { SidePanel } from '../../parts/side-panel.tsx'
import { EventTimeline } from '../../parts/timeline/event-timeline.tsx'
import { useCodeName } from '../../parts/use-texts.ts'
import { revealing, usePurpose } from '../../session/purpose.ts'
import type { RegisterDefinition } from './register-definition.ts'
import { ServedBy } from './served-by.tsx'
import { useRegisterTexts } from './use-texts.ts'

/** One row beside the list, with every event of its stream; which one stands in the address. */
export function RowDrawer({
  register,
  rows,
}: {
  register: RegisterDefinition
  rows: readonly RegisterRow[]
}) {
  const t = useRegisterTexts()
  const [parameters, setParameters] = useSearchParams()
  const id = parameters.get('row')
  const close = () =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      for (const name of ['row', 'day']) after.delete(name)
      return after
    })
  return (
    <SidePanel open={id !== null} onClose={close} title={t('details')}>
      {id !== null && (
        <RowDetails register={register} id={id} row={rows.find((row) => row[register.id] === id)} />
      )}
    </SidePanel>
  )
}

type RowDetailsProps = { register: RegisterDefinition; id: string; row: RegisterRow | undefined }

function RowDetails({ register, id, row }: RowDetailsProps) {
  const t = useRegisterTexts()
  const codeName = useCodeName()
  const { purpose } = usePurpose()
  const wanted = register.hasPersons ? revealing(purpose) : {}
  const record = useQuery({
    queryKey: ['record', register.path, id, row, wanted],
    queryFn: async ({ signal }) => row ?? (await client.record(register.path, id, wanted, { signal })).data,
  })
  const events = useQuery({
    queryKey: ['stream', `${register.category}-${id}`],
    queryFn: ({ signal }) => client.stream(`${register.category}-${id}`, { limit: 500 }, { signal }),
  })
  const [selected, setSelected] = useState<string | null>(null)
  return (
    <>
      <QueryView query={record}>
        {(data) => (
          <Facts
            of={register.columns.map((column) => [
              t(`col.${column.key}`),
              (column.show ?? column.text)(data, { t, codeName }),
            ])}
          />
        )}
      </QueryView>
      {register.path === 'units' && <ServedBy unit={id} />}
      <h2 className="row-events">{t('events')}</h2>
      <QueryView query={events}>
        {({ items }) => (
          <>
            <EventTimeline
              events={items}
              selected={selected}
              onSelect={(event) => setSelected(event.id)}
              height="320px"
            />
            <EventDetails event={items.find((event) => event.id === selected)} />
          </>
        )}
      </QueryView>
    </>
  )
}
