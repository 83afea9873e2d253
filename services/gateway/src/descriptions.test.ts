import { Parser } from '@asyncapi/parser'
import { categories, commandPath, externalCommands } from '@fireledger/domain'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { givenGateway } from './test-kit.ts'

type Operation = { operationId?: string; responses: Record<string, unknown> }
type Document = {
  openapi: string
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, unknown> }
}

describe('the descriptions of the API', () => {
  let gateway: Awaited<ReturnType<typeof givenGateway>>
  beforeAll(async () => {
    gateway = await givenGateway()
  })
  afterAll(() => gateway.close())

  it('describe every command of the catalogue in OpenAPI 3.1', async () => {
    const answer = await gateway.app.inject('/v1/openapi.json')
    const document = answer.json<Document>()
    expect(document.openapi).toMatch(/^3\.1/)
    for (const category of categories) {
      for (const [type] of externalCommands(category)) {
        const operation = document.paths[`/v1/${category.path}/{id}/${commandPath(category, type)}`]?.post
        expect(operation?.operationId).toBe(`${category.name}.${type}`)
        expect(operation?.responses).toHaveProperty('default')
      }
    }
  })

  it('leave out what only our own services ask', async () => {
    const texts = [
      (await gateway.app.inject('/v1/openapi.json')).body,
      (await gateway.app.inject('/v1/catalogue')).body,
    ]
    for (const text of texts) expect(text).not.toContain('RecordPersonalRead')
  })

  it('name each operation once, and refer to nothing that is not there', async () => {
    const document = (await gateway.app.inject('/v1/openapi.json')).json<Document>()
    const ids = Object.values(document.paths).flatMap((operations) =>
      Object.values(operations).map(({ operationId }) => operationId),
    )
    expect(ids).not.toContain(undefined)
    expect(new Set(ids).size).toBe(ids.length)
    const referred = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/([^"]+)"/g)]
    for (const [, name = ''] of referred) expect(document.components.schemas).toHaveProperty(name)
  })

  it('describe the live feed in AsyncAPI 3', async () => {
    const text = (await gateway.app.inject('/v1/asyncapi.json')).body
    const { document, diagnostics } = await new Parser().parse(text)
    expect(diagnostics.filter(({ severity }) => severity === 0)).toEqual([])
    expect(document?.version()).toBe('3.0.0')
    expect(document?.channels().all()).toHaveLength(1)
  })

  it('can be read as a page', async () => {
    const page = await gateway.app.inject('/docs')
    expect(page.statusCode).toBe(200)
    expect(page.body).toContain('swagger')
    const script = await gateway.app.inject('/docs/static/swagger-initializer.js')
    expect(script.statusCode).toBe(200)
  })
})
