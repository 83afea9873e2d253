import { defineTexts } from '../../i18n/define-texts.ts'
import { texts } from './texts.ts'

export const useSearchTexts = defineTexts('search', texts)
