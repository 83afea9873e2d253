import { createHash } from 'node:crypto'
import type { Claim } from './evidence-store.ts'

/** A claim is an empty file (or object) whose name says it all: who, by a digest of the name, and what. */

export function claimsPrefix(owner: string): string {
  return `claims/${createHash('sha256').update(owner).digest('hex').slice(0, 40)}`
}

export function claimName({ sha256, bytes }: Claim): string {
  return `${sha256}.${bytes}`
}

/** Null for a name that is no claim. */
export function claimOf(name: string): Claim | null {
  const [, sha256, bytes] = /^([0-9a-f]{64})\.(\d{1,16})$/.exec(name) ?? []
  return sha256 === undefined ? null : { sha256, bytes: Number(bytes) }
}
