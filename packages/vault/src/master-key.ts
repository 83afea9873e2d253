import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { VaultUnavailableError } from './errors.ts'

/** The key that wraps all subject keys: 32 bytes. Whoever holds it and `keys.db` can read every person. */
export type MasterKey = Uint8Array

const keyBytes = 32

/**
 * The master key from configuration: 64 hex digits, or 32 bytes in base64 or base64url.
 * @throws VaultUnavailableError when it is neither; the message never repeats the text.
 */
export function parseMasterKey(text: string): MasterKey {
  const trimmed = text.trim()
  const bytes = /^[0-9a-fA-F]{64}$/.test(trimmed)
    ? Buffer.from(trimmed, 'hex')
    : /^[A-Za-z0-9+/_-]{43}=?$/.test(trimmed)
      ? Buffer.from(trimmed, 'base64')
      : Buffer.alloc(0)
  if (bytes.length !== keyBytes) {
    throw new VaultUnavailableError(
      'the master key must be 32 bytes, written as 64 hex digits or in base64: make one with `openssl rand -hex 32`',
    )
  }
  return bytes
}

/**
 * The master key in the file; on the first call a fresh one is generated into it, readable by its owner only.
 * For a single machine: a production system passes the key from its own secret store instead.
 * @throws VaultUnavailableError when the file cannot be read or made, or others may read it.
 */
export function readOrCreateMasterKey(path: string): MasterKey {
  try {
    return readMasterKey(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`
  try {
    const file = openSync(fresh, 'wx', 0o600)
    writeSync(file, `${randomBytes(keyBytes).toString('hex')}\n`)
    fsyncSync(file)
    closeSync(file)
    // A link fails when the name exists: of two processes that start together, one makes the key and both read it.
    linkSync(fresh, path)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    if (code !== 'EEXIST') {
      throw new VaultUnavailableError(`cannot write the master key file ${path}: ${message}`, {
        cause: error,
      })
    }
  } finally {
    rmSync(fresh, { force: true })
  }
  return readMasterKey(path)
}

function readMasterKey(path: string): MasterKey {
  const { mode } = statSync(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new VaultUnavailableError(
      `others may read the master key file ${path}: run \`chmod 600\` on it, and replace the key if they did`,
    )
  }
  return parseMasterKey(readFileSync(path, 'utf8'))
}
