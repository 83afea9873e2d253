import { resolve } from 'node:path'
import { openDirectoryStore } from './directory-store.ts'
import type { EvidenceStore } from './evidence-store.ts'
import { parseS3Address, type S3Credentials } from './s3-address.ts'
import { openS3Store } from './s3-store.ts'

/** As the settings say it. */
export type EvidenceLocation =
  | { readonly kind: 'directory'; readonly directory: string }
  | {
      readonly kind: 's3'
      /** `s3://…` */
      readonly address: string
      readonly credentials: S3Credentials
      /** A folder of this machine where files arrive. */
      readonly arrivals: string
    }

/** @throws EvidenceStoreUnavailableError when the folder cannot be used */
export function openEvidenceStore(location: EvidenceLocation): Promise<EvidenceStore> {
  if (location.kind === 'directory') return openDirectoryStore(resolve(location.directory))
  const { address, credentials, arrivals } = location
  return openS3Store(parseS3Address(address), credentials, resolve(arrivals))
}
