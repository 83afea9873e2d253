import type { Command } from '@fireledger/event-store'
import type { GatewayDependencies } from './dependencies.ts'
import { inLanguage, type Language } from './language.ts'

/** What whoever asked an accepted command should know besides: not wrong, but perhaps not what was meant. */
export type Advice = { readonly code: string; readonly detail: string }

const keyUnknown = {
  zh: '该主体从未有过密钥，没有可销毁的内容；请核对编号。今后以此编号登记的人员将无法建立密钥',
  en: 'this subject never had a key, so there was nothing to destroy: check the id. Nobody can be recorded under it from now on',
}

/** Looked at before the command is carried out. */
export function adviceOn(
  { category, type, id }: Pick<Command, 'category' | 'type' | 'id'>,
  vault: Pick<GatewayDependencies['vault'], 'open'>,
  language: Language,
): Advice[] {
  if (category.name !== 'subjectKey' || type !== 'DestroySubjectKey') return []
  return isKeyMissing(id, vault)
    ? [{ code: 'subject-key-unknown', detail: inLanguage(keyUnknown, language) }]
    : []
}

/** By what opening a person would say; with a key there, nothing opens by it, and that is thrown. */
function isKeyMissing(subjectId: string, { open }: Pick<GatewayDependencies['vault'], 'open'>): boolean {
  try {
    return open({ subjectId, sealed: '' }).withheld === 'key-missing'
  } catch {
    return false
  }
}
