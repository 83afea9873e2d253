import { existsSync } from 'node:fs'

/** Where Chromium is: `PLAYWRIGHT_CHROMIUM`, or where systems put it; null when there is none. */
export function findChromium(): string | null {
  const { PLAYWRIGHT_CHROMIUM: named } = process.env
  const places = [named, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  return places.find((path) => path !== undefined && existsSync(path)) ?? null
}
