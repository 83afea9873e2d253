/** `s3://bucket/prefix?endpoint=https://…&region=…&style=path`: which bucket, where, and how it is addressed. */
export type S3Address = {
  readonly bucket: string
  /** Empty, or ending with a slash. */
  readonly prefix: string
  /** Of the bucket, ending with a slash. */
  readonly url: string
  readonly region: string
}

export type S3Credentials = { readonly accessKeyId: string; readonly secretAccessKey: string }

const known = ['endpoint', 'region', 'style']

/** @throws Error whose message says what is wrong with the setting. */
export function parseS3Address(text: string): S3Address {
  const address = parseUrl(text, 'expected `s3://bucket?endpoint=https://…`')
  const unknown = [...address.searchParams.keys()].find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`${unknown} is no option: ${known.join(', ')} are`)
  const bucket = address.hostname
  if (address.protocol !== 's3:' || !/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) {
    throw new Error('expected `s3://bucket?endpoint=https://…`')
  }
  if (address.username !== '' || address.password !== '') {
    throw new Error('credentials have settings of their own and do not belong into the address')
  }
  const prefix = address.pathname.replace(/^\/+|\/+$/g, '')
  if (!/^[A-Za-z0-9/_.-]*$/.test(prefix) || prefix.split('/').some((part) => /^\.+$/.test(part))) {
    throw new Error('a prefix has letters, digits, _, - and . only')
  }
  const region = address.searchParams.get('region') ?? 'us-east-1'
  return {
    bucket,
    prefix: prefix === '' ? '' : `${prefix}/`,
    url: bucketUrl(bucket, region, address.searchParams),
    region,
  }
}

/** With an endpoint the bucket is the first part of the path unless `style=virtual`, without one it is Amazon's. */
function bucketUrl(bucket: string, region: string, options: URLSearchParams): string {
  const given = options.get('endpoint')
  const style = options.get('style') ?? (given === null ? 'virtual' : 'path')
  if (style !== 'path' && style !== 'virtual') throw new Error('style is `path` or `virtual`')
  const endpoint = parseUrl(given ?? `https://s3.${region}.amazonaws.com`, 'endpoint must be an address')
  if (!['http:', 'https:'].includes(endpoint.protocol))
    throw new Error('endpoint must be http:// or https://')
  const path = endpoint.pathname.replace(/\/+$/, '')
  return style === 'path'
    ? `${endpoint.origin}${path}/${bucket}/`
    : `${endpoint.protocol}//${bucket}.${endpoint.host}${path}/`
}

function parseUrl(text: string, problem: string): URL {
  try {
    return new URL(text)
  } catch {
    throw new Error(problem)
  }
}
