import type { RegisterRow } from '@fireledger/client'
import { Table } from 'antd'
import { useNavigate, useSearchParams } from 'react-router'
import { usePrinting } from '../../parts/use-printing.ts'
import { useCodeName } from '../../parts/use-texts.ts'
import { useDivisionLink } from '../../shell/division.ts'
import { type RegisterDefinition, textOf } from './register-definition.ts'
import { useRegisterTexts } from './use-texts.ts'
import './registers.css'

type RegisterTableProps = {
  register: RegisterDefinition
  rows: RegisterRow[]
  /** The last rows are near. */
  onEnd?: () => void
  heightPx?: number
}

/** Rows of a register; one opens on its own page or beside the list, by mouse or Enter. */
export function RegisterTable({ register, rows, onEnd, heightPx = 520 }: RegisterTableProps) {
  const t = useRegisterTexts()
  const codeName = useCodeName()
  const navigate = useNavigate()
  const toDivision = useDivisionLink()
  const [, setParameters] = useSearchParams()
  const printing = usePrinting()
  const width = register.columns.reduce((sum, column) => sum + column.width, 0)
  const open = (row: RegisterRow) => {
    if (register.rowPath) return void navigate(toDivision(register.rowPath(row)))
    setParameters((before) => {
      const after = new URLSearchParams(before)
      after.set('row', textOf(row[register.id]))
      return after
    })
  }
  if (printing) return <RowsOnPaper register={register} rows={rows} />
  return (
    <Table<RegisterRow>
      size="small"
      virtual
      rowKey={register.id}
      dataSource={rows}
      pagination={false}
      scroll={{ x: width, y: heightPx }}
      onScroll={({ currentTarget }) => {
        const { scrollTop, clientHeight, scrollHeight } = currentTarget
        if (scrollTop + clientHeight > scrollHeight - 400) onEnd?.()
      }}
      onRow={(row) => ({
        tabIndex: 0,
        'data-row': textOf(row[register.id]),
        onClick: ({ target }) => {
          if (!(target instanceof Element && target.closest('a'))) open(row)
        },
        onKeyDown: ({ key, target, currentTarget }) => {
          if (key === 'Enter' && target === currentTarget) open(row)
        },
      })}
      columns={register.columns.map((column) => ({
        key: column.key,
        title: t(`col.${column.key}`),
        width: column.width,
        ...(column.align ? { align: column.align } : {}),
        ellipsis: true,
        render: (_: unknown, row: RegisterRow) => (column.show ?? column.text)(row, { t, codeName }),
      }))}
    />
  )
}

/** All rows that were read, as a plain table: what scrolls would be cut on paper. */
function RowsOnPaper({ register, rows }: Pick<RegisterTableProps, 'register' | 'rows'>) {
  const t = useRegisterTexts()
  const codeName = useCodeName()
  return (
    <table className="listing">
      <thead>
        <tr>
          {register.columns.map(({ key }) => (
            <th key={key} scope="col">
              {t(`col.${key}`)}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={textOf(row[register.id])}>
            {register.columns.map((column) => (
              <td key={column.key}>{(column.show ?? column.text)(row, { t, codeName })}</td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
