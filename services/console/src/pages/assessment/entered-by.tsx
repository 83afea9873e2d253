import { PersonOf } from '../../parts/person-of.tsx'
import { Member } from './look.tsx'
import type { Account, Trail } from './trail.ts'
import { useAssessmentTexts } from './use-texts.ts'

type EnteredByProps = { trail: Trail; account: Account; member: string | null }

/** Whose account entered a step, wherever that is not the person who answers for it. */
export function EnteredBy({ trail, account, member }: EnteredByProps) {
  const t = useAssessmentTexts()
  if (account.id === member || (account.person !== null && account.person === member)) return null
  // The words stand on either side of the name, as each language has it.
  const [before, after] = t('enteredBy', { who: '|' }).split('|')
  return (
    <small className="entered-by">
      {before}
      <AccountName trail={trail} account={account} />
      {after}
    </small>
  )
}

function AccountName({ trail, account: { id, role, person } }: Pick<EnteredByProps, 'trail' | 'account'>) {
  const t = useAssessmentTexts()
  if (person !== null) return <Member trail={trail} id={person} />
  if (role === 'institution') return <span title={id}>{t('ownAccount')}</span>
  if (role === 'clerk') return <span title={id}>{t('clerk')}</span>
  return <PersonOf id={id} plain />
}
