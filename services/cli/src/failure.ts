/** Faults of the surroundings, not of the program: one sentence that says what to do, no stack. */
const sentences: Readonly<
  Record<string, (error: NodeJS.ErrnoException & { port?: number; path?: string }) => string>
> = {
  EADDRINUSE: (error) =>
    `Port ${error.port} is taken by another program. Stop that program, or choose another port: FIRELEDGER_PORT=8120 npm start`,
  EADDRNOTAVAIL: () =>
    'FIRELEDGER_HOST is no address of this machine. Use 127.0.0.1 or one of its own addresses.',
  EACCES: (error) =>
    error.path
      ? `${error.path} may not be written. Give this user the right to, or choose another folder with FIRELEDGER_DATA_DIR.`
      : `Port ${error.port} needs special rights. Choose one above 1023 with FIRELEDGER_PORT.`,
  EPERM: (error) => `${error.path} may not be written. Choose another folder with FIRELEDGER_DATA_DIR.`,
  EROFS: (error) =>
    `${error.path} lies on a read-only file system. Choose another folder with FIRELEDGER_DATA_DIR.`,
  ENOSPC: (error) =>
    `The disk is full${error.path ? ` (${error.path})` : ''}. Make room; nothing acknowledged was lost.`,
  ENOTDIR: (error) => `${error.path} is not a folder. Choose another with FIRELEDGER_DATA_DIR.`,
  ENOENT: (error) =>
    error.syscall === 'mkdir'
      ? `${error.path} cannot be made. Choose another folder with FIRELEDGER_DATA_DIR.`
      : `${error.path} does not exist.`,
}

/** SQLite result codes 11 (corrupt) and 26 (not a database); the ledger and the keys have sentences of their own. */
const damaged = new Set([11, 26])

/** Errors whose message is already such a sentence. */
const spoken = new Set([
  'ConfigError',
  'LedgerUnavailableError',
  'VaultUnavailableError',
  'EvidenceStoreUnavailableError',
  'UsageError',
  'LedgersDifferError',
  'SimulationCancelledError',
  'SimulationTooBigError',
])

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

type ZodFault = {
  readonly issues: readonly {
    readonly code?: string | undefined
    readonly path: readonly PropertyKey[]
    readonly message: string
  }[]
}

export function isZodError(error: unknown): error is ZodFault {
  return error instanceof Error && (error.name === 'ZodError' || error.name === '$ZodError')
}

/** Prints what went wrong and sets the exit code; a bug keeps its stack. */
export function reportFailure(error: unknown): void {
  process.exitCode = error instanceof UsageError || isZodError(error) ? 2 : 1
  if (isZodError(error)) {
    for (const { path, message } of error.issues) console.error(`${path.join('.')}: ${message}`)
    return
  }
  if (!(error instanceof Error)) {
    console.error(String(error))
    return
  }
  if (damaged.has((error as { errcode?: number }).errcode ?? 0)) {
    console.error(
      `read.db in the data folder is damaged (${error.message}): delete it and start again; it is built anew from the ledger`,
    )
    return
  }
  const sentence = sentences[(error as NodeJS.ErrnoException).code ?? '']
  if (sentence) console.error(sentence(error))
  else if (spoken.has(error.name)) console.error(error.message)
  else console.error(error.stack)
}
