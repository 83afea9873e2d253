import { defineTexts } from '../i18n/define-texts.ts'
import { roleHints, roleTexts, texts } from './texts.ts'

export const useSessionTexts = defineTexts('session', texts)
export const useRoleTexts = defineTexts('roles', roleTexts)
export const useRoleHints = defineTexts('role-hints', roleHints)
