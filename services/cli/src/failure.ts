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
  ENOENT: (error) => `${error.path} does not exist.`,
}

/** Errors whose message is already such a sentence. */
const spoken = new Set([
  'ConfigError',
  'LedgerUnavailableError',
  'VaultUnavailableError',
  'UsageError',
  'LedgersDifferError',
])

export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Prints what went wrong and sets the exit code; a bug keeps its stack. */
export function reportFailure(error: unknown): void {
  process.exitCode = error instanceof UsageError ? 2 : 1
  if (!(error instanceof Error)) {
    console.error(String(error))
    return
  }
  const sentence = sentences[(error as NodeJS.ErrnoException).code ?? '']
  if (sentence) console.error(sentence(error))
  else if (spoken.has(error.name)) console.error(error.message)
  else console.error(error.stack)
}
