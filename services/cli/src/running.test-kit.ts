import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import WebSocket from 'ws'

/** The real program in processes of its own, as a user starts it. */

const root = dirname(dirname(dirname(dirname(fileURLToPath(import.meta.url)))))

export function temporaryFolder(): { path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'fireledger-cli-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

type Environment = Readonly<Record<string, string>>

/** Ours, without what is meant for the tests alone. */
const inherited = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('FIRELEDGER_')),
)

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs `fireledger …` to its end. */
export function fireledger(args: readonly string[], environment: Environment): Promise<Finished> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(root, 'scripts/fireledger.mjs'), ...args],
      { env: { ...inherited, ...environment }, cwd: tmpdir(), maxBuffer: 64 * 1024 * 1024 },
      (_error, stdout, stderr) => resolve({ code: child.exitCode, stdout, stderr }),
    )
  })
}

export type Server = {
  readonly base: string
  readonly output: () => string
  /** Interrupts it, as Ctrl-C does, and waits for its end. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

/** `npm start` without npm; resolves when it says that it runs. @throws with its output when it ends before. */
export async function start(args: readonly string[], environment: Environment): Promise<Server> {
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), ...args], {
    env: {
      ...inherited,
      FIRELEDGER_PORT: '0',
      FIRELEDGER_LOG_LEVEL: process.env.FIRELEDGER_LOG_LEVEL ?? 'warn',
      ...environment,
    },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let output = ''
  const ended = endOf(child)
  const address = await new Promise<string>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString()
      const found = /API +(http:\/\/[^/]+)/.exec(output)
      if (found?.[1] && output.includes('Ctrl-C stops it.')) resolve(found[1])
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    ended.then((code) => reject(new Error(`it ended with ${code}: ${output}`)))
  })
  return {
    base: address,
    output: () => output,
    async stop() {
      child.kill('SIGINT')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

export type Part = {
  readonly pid: number
  readonly output: () => string
  /** Resolves when it has said so. @throws with its output when it ends before. */
  until(said: RegExp): Promise<RegExpExecArray>
  /** As `docker stop` does. */
  stop(): Promise<number | null>
  kill(): Promise<void>
}

/** Starts a part that runs until it is stopped: `gateway`, `projector`, `clerk`, `serve`. */
export function startPart(args: readonly string[], environment: Environment): Part {
  const child = spawn(process.execPath, [join(root, 'scripts/fireledger.mjs'), ...args], {
    env: { ...inherited, FIRELEDGER_PORT: '0', FIRELEDGER_LOG_LEVEL: 'info', ...environment },
    cwd: tmpdir(),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = endOf(child)
  const listeners = new Set<() => void>()
  let output = ''
  const read = (chunk: Buffer) => {
    output += chunk.toString()
    for (const look of listeners) look()
  }
  child.stdout?.on('data', read)
  child.stderr?.on('data', read)
  return {
    pid: child.pid ?? 0,
    output: () => output,
    until: (said) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = said.exec(output)
          if (!found) return
          listeners.delete(look)
          resolve(found)
        }
        listeners.add(look)
        look()
        ended.then((code) => reject(new Error(`it ended with ${code} before it said ${said}: ${output}`)))
      }),
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
  }
}

function endOf(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.once('close', (code) => resolve(code)))
}

export type LiveMessage = { readonly type: string; readonly [field: string]: unknown }

/** A live client: messages in order, each awaited by what it is. */
export async function openLive(base: string, token: string | undefined, subscribe: object) {
  const socket = new WebSocket(`${base.replace('http', 'ws')}/v1/live`, 'fireledger.v1+json')
  const messages: LiveMessage[] = []
  const waiting = new Set<() => void>()
  socket.on('message', (bytes) => {
    messages.push(JSON.parse(bytes.toString()))
    for (const look of waiting) look()
  })
  const closed = new Promise<{ code: number; reason: string }>((resolve) =>
    socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })),
  )
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  socket.send(JSON.stringify({ type: 'hello', ...(token === undefined ? {} : { token }) }))
  socket.send(JSON.stringify({ type: 'subscribe', ...subscribe }))
  return {
    messages,
    closed,
    close: () => socket.close(),
    /** The first message that fits, already here or still to come. */
    async until(fits: (message: LiveMessage) => boolean): Promise<LiveMessage> {
      for (;;) {
        const found = messages.find(fits)
        if (found) return found
        await new Promise<void>((resolve) => {
          const look = () => {
            waiting.delete(look)
            resolve()
          }
          waiting.add(look)
        })
      }
    },
  }
}
