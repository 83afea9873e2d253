import { formatMoment, formatMoney } from '../../i18n/format.ts'
import { InstitutionName } from '../institution-name.tsx'
import { UnitName } from '../unit-name.tsx'
import { useShownFieldName } from '../use-field-name.ts'
import { usePartsTexts } from '../use-texts.ts'
import { useEventTexts } from './use-texts.ts'
import './event-details.css'

/** Data as names and values, level by level; what is a person, money or a moment is shown as such. */
export function ValueTree({ value }: { value: unknown }) {
  const t = useEventTexts()
  const fieldName = useShownFieldName()
  const entries = Object.entries((value ?? {}) as Record<string, unknown>)
  if (entries.length === 0) return <p>{t('empty')}</p>
  return (
    <dl className="value-tree">
      {entries.map(([name, inner]) => (
        <div key={name} className={isNested(inner) ? 'value-nested' : undefined}>
          <dt title={name}>{fieldName(name)}</dt>
          <dd>
            <Value name={name} value={inner} />
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** What has levels of its own: it stands below its name, in the full width, however deep. */
function isNested(value: unknown): boolean {
  if (Array.isArray(value)) return value.some((one) => typeof one === 'object' && one !== null)
  return typeof value === 'object' && value !== null && !isPerson(value)
}

const isPerson = (value: object) => 'withheld' in value || 'sealed' in value

function Value({ name, value }: { name: string; value: unknown }) {
  const t = useEventTexts()
  const parts = usePartsTexts()
  if (value === null || value === undefined) return <span className="value-none">—</span>
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="value-none">{t('empty')}</span>
    if (value.every((one) => typeof one !== 'object')) return <>{value.join('、')}</>
    return (
      <ol className="value-list">
        {value.map((one, index) => (
          <li key={`${index + 1} ${JSON.stringify(one).slice(0, 60)}`}>
            {typeof one === 'object' ? <ValueTree value={one} /> : <Value name={name} value={one} />}
          </li>
        ))}
      </ol>
    )
  }
  if (typeof value === 'object') {
    if (isPerson(value)) return <PersonValue person={value as Record<string, unknown>} />
    return <ValueTree value={value} />
  }
  if (typeof value === 'boolean') return <>{parts(value ? 'yes' : 'no')}</>
  if (typeof value === 'number' && name.endsWith('Fen')) return <>{formatMoney(value)}</>
  if (typeof value === 'string') {
    if (name === 'institution' || name === 'employer') return <InstitutionName uscc={value} />
    if (name === 'unit') return <UnitName id={value} />
    if (/^\d{4}-\d{2}-\d{2}T/.test(value)) return <>{formatMoment(value)}</>
  }
  return <>{String(value)}</>
}

function PersonValue({ person }: { person: Record<string, unknown> }) {
  const t = useEventTexts()
  const name = typeof person.name === 'string' ? person.name : t('withheld')
  return (
    <>
      {name} <span className="mono">{String(person.subjectId ?? '')}</span>
    </>
  )
}
