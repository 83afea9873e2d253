export * from './errors.ts'
export type {
  ByteRange,
  Claim,
  EvidenceStore,
  ListedFile,
  Soundness,
  StoredFile,
} from './evidence-store.ts'
export { declarableMediaTypes, extensionOf, mayBeSaid, unknownMediaType } from './media-types.ts'
export { type EvidenceLocation, openEvidenceStore } from './open-evidence.ts'
export { parseS3Address } from './s3-address.ts'
export { s3BytesMax } from './s3-store.ts'
