import { Button } from 'antd'
import { useId, useState } from 'react'
import { emptyGroup, emptyValue, type Field, type Shape } from './fields.ts'
import { useActsTexts, useFieldName } from './use-texts.ts'

export type FieldInputProps = {
  field: Field
  value: unknown
  /** JSON Pointer into the body. */
  pointer: string
  /** What is wrong, by pointer. */
  faults: ReadonlyMap<string, string>
  onChange: (value: unknown) => void
}

/** One field with its label, what it is, and what is wrong with it. */
export function FieldInput(props: FieldInputProps) {
  const { field, value, pointer, faults, onChange } = props
  const t = useActsTexts()
  const nameOf = useFieldName()
  const id = useId()
  const fault = faults.get(pointer)
  const { shape } = field
  if (shape.kind === 'fixed') return null
  const label = /^\d*$/.test(field.name)
    ? t('item', { number: Number(field.name || 0) + 1 })
    : nameOf(field.name)
  const isOptional = field.nullable || !field.required
  const isLarge = ['group', 'list', 'variants'].includes(shape.kind)
  const isLeftOut = value === null || value === undefined
  return (
    <div className={`act-field${isLarge ? ' act-field-large' : ''}`} data-pointer={pointer}>
      <label htmlFor={id}>
        {label}
        {!isOptional && <small> {t('required')}</small>}
      </label>
      {isLarge && isOptional && (
        <Button
          size="small"
          onClick={() =>
            onChange(
              isLeftOut
                ? emptyValue({ ...field, required: true, nullable: false })
                : field.nullable
                  ? null
                  : undefined,
            )
          }
        >
          {t(isLeftOut ? 'given' : 'absent')}
        </Button>
      )}
      {!(isLarge && isLeftOut) && <Input {...props} id={id} describedBy={`${id}-about`} />}
      <div id={`${id}-about`}>
        {fault !== undefined && (
          <p className="act-fault" role="alert">
            {fault}
          </p>
        )}
        {field.description !== null && <p className="act-about">{field.description}</p>}
      </div>
    </div>
  )
}

type InputProps = FieldInputProps & { id: string; describedBy: string }

function Input(props: InputProps) {
  const { field, value, pointer, faults, onChange, id, describedBy } = props
  const { shape } = field
  const t = useActsTexts()
  const none = field.nullable ? null : undefined
  const common = {
    id,
    'aria-describedby': describedBy,
    'aria-invalid': faults.has(pointer),
    className: 'control',
  }
  switch (shape.kind) {
    case 'text':
      return shape.long ? (
        <textarea
          {...common}
          rows={3}
          value={textOf(value)}
          onChange={({ target }) => onChange(target.value || none)}
        />
      ) : (
        <input {...common} value={textOf(value)} onChange={({ target }) => onChange(target.value || none)} />
      )
    case 'day':
      return (
        <input
          {...common}
          type="date"
          value={textOf(value)}
          onChange={({ target }) => onChange(target.value || none)}
        />
      )
    case 'moment':
      return <MomentInput {...common} value={value} onChange={(next) => onChange(next ?? none)} />
    case 'number':
      return (
        <input
          {...common}
          type="number"
          step={shape.integer ? 1 : 'any'}
          value={typeof value === 'number' ? value : ''}
          onChange={({ target }) => onChange(target.value === '' ? none : Number(target.value))}
        />
      )
    case 'truth':
      return (
        <select
          {...common}
          value={String(value ?? '')}
          onChange={({ target }) => onChange(target.value === 'true')}
        >
          <option value="false">{t('no')}</option>
          <option value="true">{t('yes')}</option>
        </select>
      )
    case 'choice':
      return <Choice {...common} shape={shape} value={value} onChange={(next) => onChange(next ?? none)} />
    case 'group':
      return <Group fields={shape.fields} {...props} />
    case 'variants':
      return <Variants shape={shape} {...props} />
    case 'list':
      return <List shape={shape} {...props} />
    case 'json':
      return <JsonInput {...common} value={value} onChange={onChange} />
    case 'fixed':
      return null
  }
}

type Common = { id: string; 'aria-describedby': string; 'aria-invalid': boolean; className: string }

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

/** Written and shown in China's time, kept as RFC 3339 with its offset. */
export function MomentInput({
  value,
  onChange,
  ...common
}: Partial<Common> & { value: unknown; onChange: (value: string | undefined) => void }) {
  return (
    <input
      {...common}
      type="datetime-local"
      value={textOf(value).slice(0, 16)}
      onChange={({ target }) => onChange(target.value === '' ? undefined : `${target.value}:00+08:00`)}
    />
  )
}

type ChoiceProps = Common & {
  shape: Extract<Shape, { kind: 'choice' }>
  value: unknown
  onChange: (value: string | number | undefined) => void
}

function Choice({ shape, value, onChange, ...common }: ChoiceProps) {
  const t = useActsTexts()
  return (
    <select
      {...common}
      value={String(value ?? '')}
      onChange={({ target }) => onChange(shape.options.find((option) => String(option) === target.value))}
    >
      <option value="">{t('choose')}</option>
      {shape.options.map((option) => (
        <option key={option} value={String(option)}>
          {option}
        </option>
      ))}
    </select>
  )
}

type Record_ = Readonly<Record<string, unknown>>

export function Group({
  fields,
  value,
  pointer,
  faults,
  onChange,
}: Pick<FieldInputProps, 'value' | 'pointer' | 'faults' | 'onChange'> & { fields: readonly Field[] }) {
  const held = (value ?? {}) as Record_
  return (
    <div className="act-group">
      {fields.map((field) => (
        <FieldInput
          key={field.name}
          field={field}
          value={held[field.name]}
          pointer={`${pointer}/${field.name}`}
          faults={faults}
          onChange={(next) => onChange({ ...held, [field.name]: next })}
        />
      ))}
    </div>
  )
}

function Variants({ shape, ...props }: InputProps & { shape: Extract<Shape, { kind: 'variants' }> }) {
  const { value, onChange, id } = props
  const nameOf = useFieldName()
  const held = (value ?? {}) as Record_
  const chosen = String(held[shape.tag] ?? Object.keys(shape.groups)[0])
  return (
    <div className="act-group">
      <label className="act-field">
        {nameOf(shape.tag)}
        <select
          id={id}
          className="control"
          value={chosen}
          onChange={({ target }) => onChange(emptyGroup(shape.groups[target.value] ?? []))}
        >
          {Object.keys(shape.groups).map((tag) => (
            <option key={tag}>{tag}</option>
          ))}
        </select>
      </label>
      <Group {...props} fields={shape.groups[chosen] ?? []} />
    </div>
  )
}

function List({ shape, ...props }: InputProps & { shape: Extract<Shape, { kind: 'list' }> }) {
  const t = useActsTexts()
  const { value, pointer, faults, onChange } = props
  const items = Array.isArray(value) ? value : []
  const replaced = (index: number, next: unknown) =>
    items.map((each, place) => (place === index ? next : each))
  return (
    <div className="act-list">
      {items.map((item, index) => (
        <div key={index} className="act-item">
          <FieldInput
            field={{ ...shape.item, name: String(index) }}
            value={item}
            pointer={`${pointer}/${index}`}
            faults={faults}
            onChange={(next) => onChange(replaced(index, next))}
          />
          <Button
            size="small"
            aria-label={t('remove', { number: index + 1 })}
            onClick={() => onChange(items.filter((_, place) => place !== index))}
          >
            ✕
          </Button>
        </div>
      ))}
      <Button id={props.id} size="small" onClick={() => onChange([...items, emptyValue(shape.item) ?? ''])}>
        {t('add')}
      </Button>
    </div>
  )
}

function JsonInput({
  value,
  onChange,
  ...common
}: Common & { value: unknown; onChange: (value: unknown) => void }) {
  const t = useActsTexts()
  const [words, setWords] = useState(
    value === undefined || value === null ? '' : JSON.stringify(value, null, 2),
  )
  const [isBroken, setBroken] = useState(false)
  return (
    <>
      <textarea
        {...common}
        rows={6}
        className="control mono"
        value={words}
        placeholder={t('json')}
        onChange={({ target }) => {
          setWords(target.value)
          try {
            onChange(target.value === '' ? undefined : JSON.parse(target.value))
            setBroken(false)
          } catch {
            setBroken(true)
          }
        }}
      />
      {isBroken && (
        <p className="act-fault" role="alert">
          {t('notJson')}
        </p>
      )}
    </>
  )
}
