import type { Http } from './http.ts'

/** What the store knows of a file that it has taken in: what a command that names the file must say. */
export type UploadedFile = {
  /** 64 lower-case hex digits. */
  readonly sha256: string
  readonly bytes: number
  /** Found by content. */
  readonly mediaType: string
}

export type UploadOptions = {
  /** Of the content; the gateway finds it by itself, and refuses another one. */
  readonly mediaType?: string
  /** Of the content, in hex: anything else that arrives is refused. */
  readonly sha256?: string
  readonly signal?: AbortSignal
}

/** Files of evidence. A command that names the file, such as `record-evidence`, must follow. */
export function evidenceOf(http: Http) {
  return {
    /** Resolves when the file is durable; the same content again resolves the same. */
    async uploadEvidence(content: Blob | Uint8Array, options: UploadOptions = {}): Promise<UploadedFile> {
      const declared = options.mediaType ?? (content instanceof Blob ? content.type : '')
      const { data } = await http.send<UploadedFile>('POST', '/v1/evidence', {
        content,
        headers: {
          'content-type': declared === '' ? 'application/octet-stream' : declared,
          ...(options.sha256 === undefined ? {} : { 'content-digest': digestOf(options.sha256) }),
        },
        signal: options.signal,
      })
      return data
    },
  }
}

/** As RFC 9530 writes it. */
function digestOf(sha256: string): string {
  const bytes = sha256.match(/../g)?.map((pair) => Number.parseInt(pair, 16)) ?? []
  return `sha-256=:${btoa(String.fromCharCode(...bytes))}:`
}
