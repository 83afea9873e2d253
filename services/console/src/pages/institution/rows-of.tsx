import { useQuery } from '@tanstack/react-query'
import { client } from '../../api/client.ts'
import { QueryView } from '../../parts/query-view.tsx'
import { revealing, usePurpose } from '../../session/purpose.ts'
import type { RegisterDefinition } from '../registers/register-definition.ts'
import { RegisterTable } from '../registers/register-table.tsx'
import { RowDrawer } from '../registers/row-drawer.tsx'

type RowsOfProps = {
  register: RegisterDefinition
  query: Readonly<Record<string, string>>
  /** The column that would say the same in every row. */
  without: string
}

/** The rows of a register that belong to the institution. */
export function RowsOf({ register, query, without }: RowsOfProps) {
  const { purpose } = usePurpose()
  const question = {
    ...query,
    order: register.order,
    limit: 500,
    ...(register.hasPersons ? revealing(purpose) : {}),
  }
  const rows = useQuery({
    queryKey: ['register', register.path, 'of', question],
    queryFn: ({ signal }) => client.list(register.path, question, { signal }),
    placeholderData: (before) => before,
  })
  const own = { ...register, columns: register.columns.filter(({ key }) => key !== without) }
  return (
    <QueryView query={rows} isEmpty={({ items }) => items.length === 0} lines={8}>
      {({ items }) => (
        <>
          <RegisterTable register={own} rows={[...items]} heightPx={430} />
          <RowDrawer register={own} rows={items} />
        </>
      )}
    </QueryView>
  )
}
