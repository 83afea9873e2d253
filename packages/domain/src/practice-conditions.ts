import { z } from 'zod'
import { areaSquareMetres } from './values.ts'

/** Practice conditions PC1–PC6 (Order 7 art. 5–7): thresholds as data, one row per type of institution. */

export const institutionType = z.enum(['maintenance', 'assessment', 'both']).meta({
  description: 'maintenance 维护保养检测 (art. 5) · assessment 安全评估 (art. 6) · both (art. 7)',
})
export type InstitutionType = z.output<typeof institutionType>

const headcount = z.int().min(0).max(100_000)

export const conditionFigures = z.strictObject({
  legalPerson: z.boolean(),
  premisesAreaSquareMetres: areaSquareMetres,
  equipmentComplete: z.boolean(),
  engineers: headcount.meta({ description: 'registered fire engineers of both grades' }),
  gradeOneEngineers: headcount,
  operators: headcount.meta({ description: 'fire facility operators of all levels' }),
  intermediateOperators: headcount.meta({ description: 'of these, intermediate level (中级) and above' }),
  qualitySystem: z.boolean(),
  processControlSystem: z.boolean(),
})
export type ConditionFigures = z.output<typeof conditionFigures>

export const conditionCode = z.enum(['PC1', 'PC2', 'PC3', 'PC4', 'PC5', 'PC6'])

export const conditionOutcome = z.strictObject({
  code: conditionCode,
  met: z.boolean(),
  required: z.string(),
  found: z.string(),
})
export type ConditionOutcome = z.output<typeof conditionOutcome>

const thresholds = {
  maintenance: {
    areaSquareMetres: 200,
    operators: 6,
    intermediateOperators: 2,
    quality: true,
    process: false,
  },
  assessment: {
    areaSquareMetres: 100,
    operators: 0,
    intermediateOperators: 0,
    quality: false,
    process: true,
  },
  both: { areaSquareMetres: 200, operators: 6, intermediateOperators: 2, quality: true, process: true },
} as const satisfies Record<InstitutionType, object>

/** Judges figures against the thresholds of the type; every condition is judged, met or not. */
export function assessConditions(type: InstitutionType, figures: ConditionFigures): ConditionOutcome[] {
  const need = thresholds[type]
  const systems = [need.quality && '质量管理体系', need.process && '过程控制体系'].filter(Boolean).join('、')
  return [
    { code: 'PC1', met: figures.legalPerson, required: '企业法人', found: figures.legalPerson ? '是' : '否' },
    {
      code: 'PC2',
      met: figures.premisesAreaSquareMetres >= need.areaSquareMetres,
      required: `≥${need.areaSquareMetres} m²`,
      found: `${figures.premisesAreaSquareMetres} m²`,
    },
    {
      code: 'PC3',
      met: figures.equipmentComplete,
      required: '设备齐全',
      found: figures.equipmentComplete ? '齐全' : '不齐',
    },
    {
      code: 'PC4',
      met: figures.engineers >= 2 && figures.gradeOneEngineers >= 1,
      required: '注册消防工程师≥2，其中一级≥1',
      found: `${figures.engineers}，一级${figures.gradeOneEngineers}`,
    },
    {
      code: 'PC5',
      met: figures.operators >= need.operators && figures.intermediateOperators >= need.intermediateOperators,
      required:
        need.operators === 0
          ? '不要求'
          : `操作员≥${need.operators}，其中中级及以上≥${need.intermediateOperators}`,
      found: `${figures.operators}，中级及以上${figures.intermediateOperators}`,
    },
    {
      code: 'PC6',
      met: (!need.quality || figures.qualitySystem) && (!need.process || figures.processControlSystem),
      required: systems,
      found:
        [figures.qualitySystem && '质量管理体系', figures.processControlSystem && '过程控制体系']
          .filter(Boolean)
          .join('、') || '无',
    },
  ]
}
