import { defineTexts } from '../../i18n/define-texts.ts'
import { fieldTexts } from './field-texts.ts'
import { texts } from './texts.ts'

export const useActsTexts = defineTexts('acts', texts)
const useFields = defineTexts('fields', fieldTexts)

/** What a field is called. */
export function useFieldName(): (name: string) => string {
  const t = useFields()
  return (name) => (name in fieldTexts ? t(name as keyof typeof fieldTexts) : name)
}
