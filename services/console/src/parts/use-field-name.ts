import { defineTexts } from '../i18n/define-texts.ts'
import { fieldTexts } from './field-texts.ts'

const useFields = defineTexts('fields', fieldTexts)

/** What a field is called. */
export function useFieldName(): (name: string) => string {
  const t = useFields()
  return (name) => (name in fieldTexts ? t(name as keyof typeof fieldTexts) : name)
}

/** What a field is called where its value is shown in yuan instead of fen: without the unit. */
export function useShownFieldName(): (name: string) => string {
  const fieldName = useFieldName()
  return (name) =>
    name.endsWith('Fen') ? fieldName(name).replace(/\s*[（(][^（(]*[)）]$/, '') : fieldName(name)
}
