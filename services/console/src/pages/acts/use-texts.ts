import { defineTexts } from '../../i18n/define-texts.ts'
import { texts } from './texts.ts'

export { useFieldName } from '../../parts/use-field-name.ts'
export const useActsTexts = defineTexts('acts', texts)
