import type { Claim, EvidenceStore } from '@fireledger/evidence'
import type { ReadStore } from '@fireledger/projections'
import type { Principal } from '../policy.ts'
import { ProblemError } from '../problems.ts'
import { findNaming, namedAmong } from './named.ts'

/**
 * What somebody has sent and nothing names yet. It bounds what can be piled up, and it says who may name a file: who
 * knows a hash does not have the file for it.
 */

/** Files that wait for a name, of one sender. */
const unnamedFilesMax = 1000

export type Claims = {
  /**
   * Room for one more upload of so many bytes, or of an unknown length; `leave` must follow.
   * @throws ProblemError `quota`
   */
  enter(principal: Principal, bytes: number | null): Promise<{ maxBytes: number; leave(): void }>
  add(principal: Principal, claim: Claim): Promise<void>
  /** Whether this file may be named by this principal: sent by them, or theirs to see. */
  mayName(principal: Principal, sha256: string): Promise<boolean>
}

type Needs = {
  readonly evidence: EvidenceStore
  readonly readStore: ReadStore
  readonly unnamedMaxBytes: number
  readonly fileMaxBytes: number
}

export function createClaims({ evidence, readStore, unnamedMaxBytes, fileMaxBytes }: Needs): Claims {
  /** Bytes that are arriving here, by owner. */
  const arriving = new Map<string, number>()

  /** Whatever has been named since is forgotten. */
  async function unnamed(principal: Principal): Promise<Claim[]> {
    const owner = ownerOf(principal)
    const claims = await evidence.claims(owner)
    const hashes = claims.map(({ sha256 }) => sha256)
    const named = namedAmong(readStore, principal, hashes)
    const settled = claims.filter(({ sha256 }) => named.has(sha256))
    for (const claim of settled) await evidence.release(owner, claim)
    return claims.filter(({ sha256 }) => !named.has(sha256))
  }

  return {
    async enter(principal, bytes) {
      const owner = ownerOf(principal)
      const waiting = await unnamed(principal)
      const there = waiting.reduce((sum, claim) => sum + claim.bytes, arriving.get(owner) ?? 0)
      const room = Math.max(unnamedMaxBytes - there, 0)
      if (room < (bytes ?? 1) || waiting.length >= unnamedFilesMax) throw quotaProblem(unnamedMaxBytes)
      const reserved = bytes ?? Math.min(fileMaxBytes, room)
      arriving.set(owner, (arriving.get(owner) ?? 0) + reserved)
      return {
        maxBytes: Math.min(fileMaxBytes, room),
        leave() {
          const left = (arriving.get(owner) ?? 0) - reserved
          if (left > 0) arriving.set(owner, left)
          else arriving.delete(owner)
        },
      }
    },
    add: (principal, claim) => evidence.claim(ownerOf(principal), claim),
    async mayName(principal, sha256) {
      if (findNaming(readStore, principal, sha256)) return true
      return (await evidence.claims(ownerOf(principal))).some((claim) => claim.sha256 === sha256)
    },
  }
}

/** All accounts of one institution are one sender. */
function ownerOf({ id, uscc }: Principal): string {
  return uscc === null ? `principal ${id}` : `institution ${uscc}`
}

export function quotaProblem(unnamedMaxBytes: number): ProblemError {
  return new ProblemError('quota', {
    zh: `已上传而尚未登记的文件过多（上限 ${unnamedFilesMax} 个、${unnamedMaxBytes} 字节），请先登记为证据`,
    en: `too much was uploaded that nothing names yet (at most ${unnamedFilesMax} files, ${unnamedMaxBytes} bytes): record it as evidence first`,
  })
}
