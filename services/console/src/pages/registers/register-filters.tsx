import { Button, Input, Select } from 'antd'
import { useEffect, useState } from 'react'
import { useSearchParams } from 'react-router'
import { useCodeName } from '../../parts/use-texts.ts'
import type { Filter, RegisterDefinition } from './register-definition.ts'
import { useRegisterTexts } from './use-texts.ts'

/** The parameters of the address that are filters of a register. */
export function filterNames({ filters }: RegisterDefinition): string[] {
  return [
    'q',
    ...filters.flatMap(({ name, choices }) => (choices === 'days' ? [`${name}From`, `${name}To`] : [name])),
  ]
}

/** Everything chosen here stands in the address, so a list can be sent, saved and gone back to. */
export function RegisterFilters({ register }: { register: RegisterDefinition }) {
  const t = useRegisterTexts()
  const [parameters, setParameters] = useSearchParams()
  const names = filterNames(register)
  const set = (name: string, value: string | undefined) =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      if (value === undefined || value === '') after.delete(name)
      else after.set(name, value)
      after.delete('row')
      return after
    })
  const clear = () =>
    setParameters((before) => {
      const after = new URLSearchParams(before)
      for (const name of [...names, 'row']) after.delete(name)
      return after
    })
  return (
    <search className="register-filters no-print">
      <SearchText register={register} value={parameters.get('q') ?? ''} onSearch={(q) => set('q', q)} />
      {register.filters.map((filter) => (
        <FilterControl
          key={filter.name}
          filter={filter}
          given={(name) => parameters.get(name)}
          onChange={set}
        />
      ))}
      {names.some((name) => parameters.has(name)) && (
        <Button type="link" onClick={clear}>
          {t('clear')}
        </Button>
      )}
    </search>
  )
}

type SearchTextProps = { register: RegisterDefinition; value: string; onSearch: (q: string) => void }

function SearchText({ register, value, onSearch }: SearchTextProps) {
  const t = useRegisterTexts()
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const tooShort = text.trim().length === 1
  return (
    <Input.Search
      style={{ width: 240 }}
      allowClear
      placeholder={t(`search.${register.path}`)}
      aria-label={t(`search.${register.path}`)}
      value={text}
      status={tooShort ? 'warning' : ''}
      title={tooShort ? t('shortSearch') : ''}
      onChange={({ target }) => setText(target.value)}
      onSearch={(wanted) => wanted.trim().length !== 1 && onSearch(wanted.trim())}
    />
  )
}

type FilterControlProps = {
  filter: Filter
  given: (name: string) => string | null
  onChange: (name: string, value: string | undefined) => void
}

function FilterControl({ filter: { name, choices }, given, onChange }: FilterControlProps) {
  const t = useRegisterTexts()
  const codeName = useCodeName()
  const title = t(`filter.${name}`)
  if (choices === 'days') {
    return (
      <fieldset className="register-days">
        <legend className="visually-hidden">{title}</legend>
        <span aria-hidden="true">{title}</span>
        {(['From', 'To'] as const).map((end) => (
          <input
            key={end}
            className="control"
            type="date"
            aria-label={`${title} ${t(end === 'From' ? 'from' : 'to')}`}
            value={given(`${name}${end}`) ?? ''}
            onChange={({ target }) => onChange(`${name}${end}`, target.value)}
          />
        ))}
      </fieldset>
    )
  }
  const words = {
    met: ['met', 'unmet'],
    'key-unit': ['isKeyUnit', 'isNoKeyUnit'],
    'voided-report': ['someVoid', 'noneVoid'],
  } as const
  const nameOf = (code: string) =>
    choices.kind in words
      ? t(words[choices.kind as keyof typeof words][code === 'true' ? 0 : 1])
      : codeName(choices.kind, code)
  return (
    <Select
      style={{ minWidth: 118 }}
      allowClear
      placeholder={title}
      aria-label={title}
      value={given(name) ?? undefined}
      options={choices.codes.map((code) => ({ value: code, label: nameOf(code) }))}
      popupMatchSelectWidth={false}
      onChange={(code: string | undefined) => onChange(name, code)}
    />
  )
}
