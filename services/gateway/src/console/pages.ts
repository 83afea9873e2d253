import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import files from '@fastify/static'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { ProblemError } from '../problems.ts'

/** The console's own files below `/console/`: hashed ones for ever, its one page for every address that is no file. */

export function registerConsolePages(app: FastifyInstance, folder: string | undefined): void {
  app.get('/', { schema: { hide: true } }, (_request, reply) => reply.redirect('/console/'))
  // Without the slash it is the same page: what stands after it must not be lost.
  app.get('/console', { schema: { hide: true } }, ({ url }, reply) =>
    reply.redirect(`/console/${url.slice('/console'.length)}`),
  )
  app.register(
    async (pages) => {
      if (folder !== undefined && existsSync(join(folder, 'index.html'))) await serveFiles(pages, folder)
      else sayNotBuilt(pages)
    },
    { prefix: '/console' },
  )
}

async function serveFiles(pages: FastifyInstance, folder: string): Promise<void> {
  await pages.register(files, {
    root: folder,
    prefix: '/',
    index: false,
    // Made when the console is built.
    preCompressed: true,
    cacheControl: false,
    setHeaders: (reply, path) => {
      const hashed = path.includes('/assets/')
      reply.header('cache-control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    },
    schemaHide: true,
  })
  const page = (reply: FastifyReply) => sendPage(reply, join(folder, 'index.html'))
  pages.get('/', { schema: { hide: true }, prefixTrailingSlash: 'slash' }, (_request, reply) => page(reply))
  pages.get('/index.html', { schema: { hide: true } }, (_request, reply) => page(reply))
  pages.setNotFoundHandler((request, reply) => {
    const path = request.url.split('?', 1)[0] ?? ''
    // A file that is not there must not become a page, or a browser would take it for a script. Files lie at the top or
    // among the assets; a dot further down belongs to the name of a record.
    const isFile = path.includes('/assets/') || /^\/console\/[^/]*\.\w+$/.test(path)
    if (request.method === 'GET' && !isFile) return page(reply)
    throw new ProblemError('not-found', { zh: '没有这个地址', en: 'there is no such address' })
  })
}

/** The page, with a fresh nonce for the styles that its components make as they appear. */
async function sendPage(reply: FastifyReply, path: string): Promise<FastifyReply> {
  const nonce = randomBytes(16).toString('base64')
  const html = (await readFile(path, 'utf8')).replaceAll('{{nonce}}', nonce)
  return reply
    .header('content-security-policy', contentSecurityPolicy(nonce))
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(html)
}

function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function sayNotBuilt(pages: FastifyInstance): void {
  pages.get('/*', { schema: { hide: true } }, () => {
    throw new ProblemError('unavailable', {
      zh: '管理台尚未构建：运行 node scripts/build-console.mjs 后重新启动；接口不受影响，见 /docs',
      en: 'the console has not been built: run node scripts/build-console.mjs and start again; the API is not affected, see /docs',
    })
  })
}
