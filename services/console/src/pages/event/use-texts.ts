import { defineTexts } from '../../i18n/define-texts.ts'
import { texts } from './texts.ts'

export const useEventPageTexts = defineTexts('event-page', texts)
