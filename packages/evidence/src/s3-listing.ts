import type { S3Requests } from './s3-requests.ts'

/** ListObjectsV2, page by page. Keys here hold nothing that XML or a URL would have to escape. */

export type S3Object = { readonly key: string; readonly bytes: number; readonly modifiedAt: string }

export async function* listObjects(send: S3Requests, prefix: string): AsyncIterable<S3Object> {
  let token: string | null = null
  do {
    const query: Record<string, string> = {
      'list-type': '2',
      prefix,
      ...(token === null ? {} : { 'continuation-token': token }),
    }
    const xml = await (await send({ method: 'GET', key: '', query })).text()
    for (const [, entry = ''] of xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)) {
      const modifiedAt = new Date(textOf(entry, 'LastModified') ?? 0).toISOString()
      yield { key: textOf(entry, 'Key') ?? '', bytes: Number(textOf(entry, 'Size')), modifiedAt }
    }
    token = textOf(xml, 'NextContinuationToken')
  } while (token !== null)
}

function textOf(xml: string, name: string): string | null {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1]
  return found === undefined ? null : unescaped(found)
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescaped(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => entities[name] ?? whole)
}
