import {
  type AnyCategory,
  categories,
  citeLaw,
  commandPath,
  type EventDefinition,
  externalCommands,
  instruments,
  type LegalBasis,
  visibilityOf,
} from '@fireledger/domain'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

/** `GET /v1/catalogue`: every category with its events and commands, their titles, law and JSON Schemas. */
export function registerCatalogue(app: FastifyInstance): void {
  let described: unknown
  app.get(
    '/catalogue',
    {
      schema: {
        operationId: 'catalogue',
        tags: ['ledger'],
        summary: '事件与命令目录 All events and commands',
      },
    },
    async () => {
      described ??= { categories: categories.map(describeCategory), instruments }
      return described
    },
  )
}

function describeCategory(category: AnyCategory) {
  return {
    name: category.name,
    path: `/v1/${category.path}`,
    title: category.title,
    events: Object.entries<EventDefinition>(category.events).map(([type, definition]) => ({
      type,
      title: definition.title,
      schemaVersion: definition.schemaVersion,
      visibility: visibilityOf(type),
      withheld: definition.withheld,
      legalBasis: definition.legalBasis.map(cite),
      data: z.toJSONSchema(definition.data, { io: 'output', unrepresentable: 'any' }),
    })),
    commands: externalCommands(category).map(([type, definition]) => ({
      type,
      title: definition.title,
      path: `/v1/${category.path}/{id}/${commandPath(category, type)}`,
      permission: definition.permission,
      opens: definition.opens,
      legalBasis: definition.legalBasis.map(cite),
      data: z.toJSONSchema(definition.data, { io: 'input', unrepresentable: 'any' }),
    })),
  }
}

function cite(basis: LegalBasis) {
  return { basis, text: citeLaw(basis) }
}
