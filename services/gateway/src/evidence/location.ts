import { join, resolve } from 'node:path'
import type { EvidenceLocation } from '@fireledger/evidence'
import type { GatewayConfig } from '../config.ts'

type Settings = Pick<
  GatewayConfig,
  'dataDir' | 'evidence' | 'evidenceDir' | 'evidenceAccessKey' | 'evidenceSecretKey'
>

/** Where the settings say that evidence lies. */
export function evidenceLocation(config: Settings): EvidenceLocation {
  const directory = resolve(config.evidenceDir ?? join(config.dataDir, 'evidence'))
  if (config.evidence === 'directory') return { kind: 'directory', directory }
  return {
    kind: 's3',
    address: config.evidence,
    credentials: {
      accessKeyId: config.evidenceAccessKey ?? '',
      secretAccessKey: config.evidenceSecretKey ?? '',
    },
    arrivals: join(directory, 'incoming'),
  }
}
