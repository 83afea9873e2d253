import type { Result, Spread, Verdict } from './frame.ts'

/** Results as text for people; the same figures stand in the JSON. */

export function describe(result: Result): string {
  const lines = [
    `${result.row} · ${result.name} (${result.unit}, ${result.rounds} rounds: min / median / max)`,
  ]
  for (const [name, { value, cpuMicroseconds }] of Object.entries(result.sides)) {
    const cpu = cpuMicroseconds === null ? '' : `; processor ${figure(cpuMicroseconds.median)} µs each`
    lines.push(`  ${name}: ${spreadText(value)}${cpu}`)
  }
  for (const verdict of result.verdicts) lines.push(`  ${verdictText(verdict)}`)
  for (const note of result.notes) lines.push(`  note: ${note}`)
  for (const reason of result.skipped) lines.push(`  SKIPPED: ${reason}`)
  return lines.join('\n')
}

function verdictText({ of, to, ratio, cpuRatio, atLeast, atMost, met }: Verdict): string {
  const aim = atLeast !== undefined ? `aim ≥ ${atLeast}` : atMost !== undefined ? `aim ≤ ${atMost}` : 'no aim'
  const judged = met === null ? '' : met ? ': met' : ': NOT MET'
  const cpu = cpuRatio === null ? '' : `; by processor time ${figure(cpuRatio.median)}`
  return `${of} ÷ ${to} = ${spreadText(ratio)}${cpu}; ${aim}${judged}`
}

function spreadText({ min, median, max }: Spread): string {
  return [min, median, max].map(figure).join(' / ')
}

export function figure(value: number): string {
  if (!Number.isFinite(value)) return '–'
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en').replaceAll(',', ' ')
  return Math.abs(value) >= 100
    ? value.toFixed(0)
    : Math.abs(value) >= 10
      ? value.toFixed(1)
      : value.toFixed(2)
}
