import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto'
import { type Person, person as personSchema, type SealedPerson } from '@fireledger/domain'
import { SealBrokenError } from './errors.ts'

/**
 * Layout of sealed bytes, base64url in the ledger:
 * 1 version byte · 12 bytes nonce · 16 bytes tag · ciphertext (AES-256-GCM, NIST SP 800-38D).
 */
const version = 1
const nonceBytes = 12
const tagBytes = 16
const headerBytes = 1 + nonceBytes + tagBytes

/** Plaintext is padded to a multiple of this, so that the length of a name does not show. */
const paddingBytes = 64

/** The two keys that one subject's data key yields: to encrypt, and to derive nonces. */
export type SubjectKey = { readonly encryption: Buffer; readonly nonce: Buffer }

export function deriveSubjectKey(dataKey: Uint8Array): SubjectKey {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', dataKey, '', `fireledger/person/${use}`, 32))
  return { encryption: derive('encryption'), nonce: derive('nonce') }
}

export function eraseSubjectKey(key: SubjectKey): void {
  key.encryption.fill(0)
  key.nonce.fill(0)
}

/**
 * The nonce is an HMAC of what is sealed: the same person sealed twice gives the same bytes, so a retried command is
 * recognised as one, and no nonce ever serves two different texts.
 */
export function sealPerson(key: SubjectKey, person: Person): SealedPerson {
  const { subjectId, name, identityNumber, phone } = person
  const plaintext = pad(JSON.stringify({ name, identityNumber, phone }))
  const nonce = createHmac('sha256', key.nonce).update(plaintext).digest().subarray(0, nonceBytes)
  const bytes = encrypt(key.encryption, nonce, plaintext, boundTo(subjectId))
  return { subjectId, sealed: Buffer.concat([Buffer.of(version), bytes]).toString('base64url') }
}

/** @throws SealBrokenError */
export function unsealPerson(key: SubjectKey, { subjectId, sealed }: SealedPerson): Person {
  const bytes = Buffer.from(sealed, 'base64url')
  if (bytes.length <= headerBytes || bytes[0] !== version) throw new SealBrokenError(subjectId)
  try {
    const plaintext = decrypt(key.encryption, bytes.subarray(1), boundTo(subjectId))
    return personSchema.parse({ subjectId, ...JSON.parse(plaintext.toString('utf8')) })
  } catch (cause) {
    throw new SealBrokenError(subjectId, { cause })
  }
}

const dataKeyBytes = 32
/** Length of every wrapped key. */
export const wrappedKeyBytes = nonceBytes + tagBytes + dataKeyBytes

/** A fresh data key, wrapped. */
export function newWrappedKey(masterKey: Uint8Array, subjectId: string): Buffer {
  const dataKey = randomBytes(dataKeyBytes)
  const wrapped = wrapDataKey(masterKey, subjectId, dataKey)
  dataKey.fill(0)
  return wrapped
}

/** Whether two wrappings hold one key: each wrapping has a nonce of its own. @throws when one is not this master key's. */
export function sameWrappedKey(
  masterKey: Uint8Array,
  subjectId: string,
  one: Uint8Array,
  other: Uint8Array,
): boolean {
  if (Buffer.compare(one, other) === 0) return true
  const [first, second] = [one, other].map((wrapped) => unwrapDataKey(masterKey, subjectId, wrapped))
  const same = first !== undefined && second !== undefined && first.equals(second)
  first?.fill(0)
  second?.fill(0)
  return same
}

/** A subject's data key as it stands in a key store. */
function wrapDataKey(masterKey: Uint8Array, subjectId: string, dataKey: Uint8Array): Buffer {
  return encrypt(masterKey, randomBytes(nonceBytes), dataKey, Buffer.from(`fireledger/key/1:${subjectId}`))
}

/** @throws when the wrapped bytes are not this subject's under this master key. */
export function unwrapDataKey(masterKey: Uint8Array, subjectId: string, wrapped: Uint8Array): Buffer {
  return decrypt(masterKey, Buffer.from(wrapped), Buffer.from(`fireledger/key/1:${subjectId}`))
}

/** Tells one master key from another without revealing it. */
export function masterKeyCheck(masterKey: Uint8Array): Buffer {
  return createHmac('sha256', masterKey).update('fireledger/master-key-check/1').digest()
}

function boundTo(subjectId: string): Buffer {
  return Buffer.from(`fireledger/person/${version}:${subjectId}`)
}

function encrypt(key: Uint8Array, nonce: Uint8Array, plaintext: Uint8Array, bound: Uint8Array): Buffer {
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
  const ciphertext = Buffer.concat([cipher.update(plaintext), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), ciphertext])
}

function decrypt(key: Uint8Array, bytes: Uint8Array, bound: Uint8Array): Buffer {
  const nonce = bytes.subarray(0, nonceBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagBytes })
    .setAAD(bound)
    .setAuthTag(bytes.subarray(nonceBytes, nonceBytes + tagBytes))
  return Buffer.concat([decipher.update(bytes.subarray(nonceBytes + tagBytes)), decipher.final()])
}

/** Trailing blanks: JSON readers skip them. */
function pad(json: string): Buffer {
  const bytes = Buffer.from(json, 'utf8')
  const padded = Buffer.alloc(Math.ceil(bytes.length / paddingBytes) * paddingBytes, ' ')
  bytes.copy(padded)
  return padded
}
