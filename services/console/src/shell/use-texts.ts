import { defineTexts } from '../i18n/define-texts.ts'
import { permissionTexts, texts } from './texts.ts'

export const useShellTexts = defineTexts('shell', texts)
export const usePermissionTexts = defineTexts('permissions', permissionTexts)
