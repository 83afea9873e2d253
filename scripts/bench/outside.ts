import { createRequire } from 'node:module'
import { join } from 'node:path'

/** Fastify and ws in the very versions that the gateway uses, for what is compared with it. */
const require = createRequire(join(import.meta.dirname, '..', '..', 'services', 'gateway', 'package.json'))

// biome-ignore lint/suspicious/noExplicitAny: the bench has no dependencies of its own on these, so no types either
export function fromGateway(name: string): any {
  return require(name)
}
