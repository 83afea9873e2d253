import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { PageHead } from '../parts/panel.tsx'
import { Nothing } from '../parts/query-view.tsx'
import { usePrincipal } from '../session/session-state.ts'
import { useRoleTexts } from '../session/use-texts.ts'
import { permissionTexts } from './texts.ts'
import { usePermissionTexts, useShellTexts } from './use-texts.ts'

/** Of several permissions any one will do. */
export type Needed = readonly string[]

/** A page for those who hold one of the permissions; for others it says which are missing. */
export function Guarded({ needed, name, children }: { needed: Needed; name: string; children: ReactNode }) {
  const { permissions } = usePrincipal()
  if (needed.some((permission) => permissions.includes(permission))) return <>{children}</>
  return <NotYours needed={needed} name={name} />
}

/** In the place of something that the reader's role may not see or do. */
export function NotYours({ needed, name }: { needed: Needed; name: string }) {
  const t = useShellTexts()
  const role = useRoleTexts()
  const permission = usePermissionTexts()
  const principal = usePrincipal()
  const nameOf = (code: string) =>
    code in permissionTexts ? permission(code as keyof typeof permissionTexts) : code
  return (
    <>
      <PageHead title={name} />
      <Nothing
        title={t('notYours')}
        hint={t('notYoursHint', { role: role(principal.role as Parameters<typeof role>[0]) })}
      >
        <ul className="needed">
          {needed.map((code) => (
            <li key={code}>
              {nameOf(code)} <code>{code}</code>
            </li>
          ))}
        </ul>
        <p>{t('notYoursWay')}</p>
        <Link to="/">{t('home')}</Link>
      </Nothing>
    </>
  )
}
