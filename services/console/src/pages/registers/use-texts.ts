import { defineTexts } from '../../i18n/define-texts.ts'
import { texts } from './texts.ts'

export const useRegisterTexts = defineTexts('registers', texts)
export type RegisterTextKey = keyof typeof texts
