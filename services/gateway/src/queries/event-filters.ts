import { categories, findCategory, findEvent } from '@fireledger/domain'
import { z } from 'zod'

export const categoryName = z
  .string()
  .refine((name) => findCategory(name) !== undefined, {
    error: `expected one of ${categories.map(({ name }) => name).join(', ')}`,
  })
  .meta({ description: `one of ${categories.map(({ name }) => name).join(', ')}` })

export const eventType = z
  .string()
  .max(100)
  .refine((type) => findEvent(type) !== undefined, 'no such event type; see /v1/catalogue')
  .meta({ description: 'an event type of the catalogue' })

/** `<category>-<id>` */
export const streamName = z
  .string()
  .max(200)
  .refine((name) => {
    const split = name.indexOf('-')
    const category = findCategory(name.slice(0, Math.max(split, 0)))
    return category?.id.safeParse(name.slice(split + 1)).success ?? false
  }, 'expected <category>-<id>, e.g. institution-91320402MA1WABCD1L')
