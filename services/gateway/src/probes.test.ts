import { describe, expect, it } from 'vitest'
import { givenGateway } from './test-kit.ts'

describe('the probes', () => {
  it('tell health, readiness, version and figures', async () => {
    const gateway = await givenGateway()
    expect((await gateway.app.inject('/health')).json()).toEqual({ status: 'ok' })
    expect((await gateway.app.inject('/ready')).json()).toEqual({ ready: true, reasons: [] })
    expect((await gateway.app.inject('/version')).json()).toMatchObject({ name: 'fireledger' })
    await gateway.app.inject('/v1/institutions')
    const metrics = await gateway.app.inject('/metrics')
    expect(metrics.body).toContain('fireledger_http_request_duration_seconds_bucket')
    expect(metrics.body).toContain('route="/v1/institutions"')
    await gateway.close()
  })

  it('are not ready while draining, but still answer', async () => {
    const gateway = await givenGateway()
    gateway.app.beginDrain()
    const ready = await gateway.app.inject('/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json()).toEqual({ ready: false, reasons: ['draining'] })
    expect((await gateway.app.inject('/health')).statusCode).toBe(200)
    await gateway.close()
  })

  it('are not ready when a read model has stopped, and say why', async () => {
    const gateway = await givenGateway({}, { failing: 'the fold threw' })
    const ready = await gateway.app.inject('/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json().reasons).toEqual(['projection institution-register has stopped: the fold threw'])
    await gateway.close()
  })

  it('are not ready while another part of the process has stopped', async () => {
    const faults = ['the clerk has stopped: database or disk is full']
    const gateway = await givenGateway({}, { faults })
    const ready = await gateway.app.inject('/ready')
    expect(ready.statusCode).toBe(503)
    expect(ready.json().reasons).toEqual(faults)
    await gateway.close()
  })
})
