import type { Result } from './frame.ts'
import { figure } from './report.ts'

/**
 * Curves as CSV and as a picture: one panel each, both axes logarithmic. A side's name begins with its number. Drawn is
 * the processor time of one unit of work where it is known, since others on the machine disturb it least.
 */

type Point = {
  readonly x: number
  readonly label: string
  readonly median: number
  readonly cpu: number | null
  readonly row: string
}

function pointsOf({ sides }: Result): Point[] {
  return Object.entries(sides).flatMap(([name, { value, cpuMicroseconds }]) => {
    const x = Number.parseFloat(name)
    if (!Number.isFinite(x)) return []
    const cpu = cpuMicroseconds?.median ?? null
    const row = [x, value.min, value.median, value.max, cpu ?? ''].join(',')
    return [{ x, label: name, median: value.median, cpu, row }]
  })
}

/** Results in which every side is a point, two at least. */
export function curvesAmong(results: readonly Result[]): Result[] {
  return results.filter(
    (result) => pointsOf(result).length >= 2 && pointsOf(result).length === Object.keys(result.sides).length,
  )
}

export function curvesAsCsv(curves: readonly Result[]): string {
  const lines = curves.flatMap((curve) =>
    pointsOf(curve).map(({ row }) => `"${curve.row}","${curve.name}","${curve.unit}",${row}`),
  )
  return `row,curve,unit,x,min,median,max,processor_microseconds_each\n${lines.join('\n')}\n`
}

const width = 640
const panelHeight = 220
const margin = { left: 90, right: 60, top: 40, bottom: 40 }

export function curvesAsSvg(curves: readonly Result[]): string {
  const panels = curves.map((curve, index) => panel(curve, index * panelHeight))
  const height = curves.length * panelHeight
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">
<title>How cost grows</title>
<rect width="${width}" height="${height}" fill="white"/>
${panels.join('\n')}
</svg>
`
}

function panel(curve: Result, top: number): string {
  const { points, unit } = drawn(curve)
  const across = scale(points.map(({ x }) => x))
  // A flat line shall look flat: the axis covers a factor of ten at least.
  const medians = points.map(({ y }) => y)
  const largest = Math.max(...medians)
  const up = scale([...medians, Math.min(largest / 10, ...medians)])
  const inner = {
    width: width - margin.left - margin.right,
    height: panelHeight - margin.top - margin.bottom,
  }
  const placed = points.map((point) => ({
    ...point,
    left: margin.left + across(point.x) * inner.width,
    down: top + margin.top + (1 - up(point.y)) * inner.height,
  }))
  const bottom = top + panelHeight - margin.bottom
  const marks = placed.map(
    ({ left, down, x, y }) =>
      `<circle cx="${left}" cy="${down}" r="3"/><text x="${left}" y="${down - 7}" text-anchor="middle">${figure(y)}</text>` +
      `<text x="${left}" y="${bottom + 16}" text-anchor="middle">${x}</text>`,
  )
  return `<text x="12" y="${top + 18}" font-size="13">${escapeXml(`${curve.name} (${unit})`)}</text>
<line x1="${margin.left}" y1="${bottom}" x2="${width - margin.right}" y2="${bottom}" stroke="#999"/>
<polyline fill="none" stroke="#b03020" points="${placed.map(({ left, down }) => `${left},${down}`).join(' ')}"/>
${marks.join('\n')}`
}

function drawn(curve: Result): { points: { x: number; y: number }[]; unit: string } {
  const points = pointsOf(curve).toSorted((a, b) => a.x - b.x)
  const known = points.flatMap(({ x, cpu }) => (cpu === null ? [] : [{ x, y: cpu }]))
  if (known.length === points.length) return { points: known, unit: 'processor µs each' }
  return { points: points.map(({ x, median }) => ({ x, y: median })), unit: curve.unit }
}

/** Onto 0 to 1, by logarithms. */
function scale(values: readonly number[]): (value: number) => number {
  const low = Math.log(Math.min(...values))
  const span = Math.log(Math.max(...values)) - low || 1
  return (value) => (Math.log(value) - low) / span
}

function escapeXml(text: string): string {
  return text.replace(/[<>&"]/g, (character) => `&#${character.charCodeAt(0)};`)
}
