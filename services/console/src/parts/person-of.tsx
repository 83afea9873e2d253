import type { RegisterRow } from '@fireledger/client'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { client } from '../api/client.ts'
import { revealing, usePurpose } from '../session/purpose.ts'
import { useDivisionLink } from '../shell/division.ts'
import { useCodeName, usePartsTexts } from './use-texts.ts'

const isPractitioner = (id: string) => /^[0-9A-HJKMNP-TV-Z]{26}$/.test(id)
const isOfficer = (id: string) => id.startsWith('officer-')

type PersonOfProps = {
  id: string
  /** In what is a link or a button itself. */
  plain?: boolean
  /** The institution whose representative it may be (USCC). */
  institution?: string
  /** What tells somebody of no register from others, instead of the bare id: the role. */
  otherwise?: string
}

/**
 * Who is meant by an id: a practitioner by qualification and registration number, leading to the register, and by name
 * once a purpose was stated; an officer by number; a legal representative by name as the institution's record shows it.
 */
export function PersonOf({ id, plain = false, institution, otherwise = '' }: PersonOfProps) {
  const t = usePartsTexts()
  if (isOfficer(id)) return <span title={id}>{t('officer', { number: id.slice('officer-'.length) })}</span>
  if (isPractitioner(id)) return <Practitioner id={id} plain={plain} />
  if (institution !== undefined && id.startsWith('legal-'))
    return <Representative id={id} institution={institution} otherwise={otherwise} />
  return otherwise === '' ? <span className="mono">{id}</span> : <span title={id}>{otherwise}</span>
}

type RepresentativeProps = { id: string; institution: string; otherwise: string }

function Representative({ id, institution, otherwise }: RepresentativeProps) {
  const { purpose } = usePurpose()
  const { data } = useQuery({
    queryKey: ['representative', institution, purpose],
    queryFn: async ({ signal }) =>
      (await client.record<RegisterRow>('institutions', institution, revealing(purpose), { signal })).data
        .person as { subjectId?: string; name?: string | null } | null,
    enabled: purpose !== null,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })
  const name = data?.subjectId === id ? data.name : null
  return (
    <span title={id}>
      {name && <strong>{name} </strong>}
      {otherwise}
    </span>
  )
}

function Practitioner({ id, plain }: { id: string; plain: boolean }) {
  const codeName = useCodeName()
  const toDivision = useDivisionLink()
  const { purpose } = usePurpose()
  const { data, isPending } = useQuery({
    queryKey: ['person', id, purpose],
    queryFn: async ({ signal }) =>
      (await client.record<RegisterRow>('practitioners', id, revealing(purpose), { signal })).data,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
    // While a purpose is being stated, the words stay; never another's, and no name longer than its purpose.
    placeholderData: (before) => (before?.id === id && purpose !== null ? before : undefined),
  })
  if (isPending) return <span aria-busy="true">…</span>
  if (data === undefined) return <span className="mono">{id}</span>
  const name = (data.person as { name?: string | null } | null)?.name
  const words = `${codeName('qualification', data.qualification)} ${String(data.registrationNumber ?? '')}`
  const who = (
    <>
      {name && <strong>{name} </strong>}
      {words}
    </>
  )
  if (plain) return <span title={id}>{who}</span>
  return (
    <Link to={toDivision(`/practitioners?row=${id}`)} title={id}>
      {who}
    </Link>
  )
}
