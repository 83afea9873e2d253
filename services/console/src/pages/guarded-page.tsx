import type { ComponentType } from 'react'
import { Guarded } from '../shell/not-yours.tsx'
import { useShellTexts } from '../shell/use-texts.ts'
import type { PageEntry } from './pages.ts'

/** A page that shows itself only to those who may see it. */
export function guardedPage({ key, needed }: PageEntry, Page: ComponentType): ComponentType {
  return function GuardedPage() {
    const t = useShellTexts()
    return (
      <Guarded needed={needed} name={t(`page.${key}` as Parameters<typeof t>[0])}>
        <Page />
      </Guarded>
    )
  }
}
