import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Every text file also as `.gz`, so that the gateway need not compress while it serves. */
function compressed(): Plugin {
  let folder = ''
  return {
    name: 'compressed',
    apply: 'build',
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir, config.build.assetsDir)
    },
    closeBundle() {
      for (const name of readdirSync(folder).filter((file) => /\.(js|css|svg)$/.test(file))) {
        const path = join(folder, name)
        writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }))
      }
    },
  }
}

const gateway = process.env.CONSOLE_GATEWAY ?? 'http://127.0.0.1:8119'

export default defineConfig({
  base: '/console/',
  plugins: [react(), compressed()],
  build: {
    manifest: true,
    // Inlined files would be `data:` addresses, which the page's policy does not allow for scripts and styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1200,
  },
  server: {
    proxy: {
      '/v1': { target: gateway, ws: true },
      '/console/session': { target: gateway },
    },
  },
})
