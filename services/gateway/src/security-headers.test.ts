import { expect, it, onTestFinished } from 'vitest'
import { givenGateway } from './test-kit.ts'

it('gives the first answer and every later one the same headers', async () => {
  const { app, close } = await givenGateway()
  onTestFinished(close)
  const answers = []
  for (const url of ['/v1/catalogue', '/nowhere', '/v1/catalogue']) answers.push(await app.inject(url))
  for (const { headers } of answers) {
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'SAMEORIGIN',
      'referrer-policy': 'no-referrer',
      'content-security-policy': expect.stringContaining("default-src 'self'"),
    })
    expect(headers['content-security-policy']).toBe(answers[0]?.headers['content-security-policy'])
    expect(headers['content-security-policy']).not.toContain('upgrade-insecure-requests')
    expect(headers).not.toHaveProperty('strict-transport-security')
  }
})
