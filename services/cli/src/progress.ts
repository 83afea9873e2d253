import { Presets, SingleBar } from 'cli-progress'

export type Progress = {
  update(done: number, note?: string): void
  stop(): void
}

/** A bar on a terminal, a line now and then elsewhere; on standard error, so that output can be piped. */
export function startProgress(title: string, total: number): Progress {
  if (process.stderr.isTTY) {
    const bar = new SingleBar(
      { format: `${title} {bar} {percentage}% {note}`, hideCursor: true, stream: process.stderr },
      Presets.shades_classic,
    )
    bar.start(total, 0, { note: '' })
    return {
      update: (done, note = '') => bar.update(Math.min(done, total), { note }),
      stop: () => bar.stop(),
    }
  }
  let told = -1
  return {
    update(done, note = '') {
      const tenth = Math.floor((done * 10) / Math.max(total, 1))
      if (tenth === told) return
      told = tenth
      console.error(`${title} ${tenth * 10} % ${note}`)
    },
    stop: () => {},
  }
}
