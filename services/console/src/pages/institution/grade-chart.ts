import { LineChart } from 'echarts/charts'
import { AriaComponent, GridComponent, TooltipComponent } from 'echarts/components'
import { type ECharts, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([LineChart, GridComponent, TooltipComponent, AriaComponent, CanvasRenderer])

export type GradeStep = {
  readonly fromDay: string
  readonly toDay: string | null
  readonly score: number | null
  readonly grade: string | null
  readonly illustrative?: boolean
}

/** Draws the score as steps up to a day, with the grade beside each change; returns what undoes it. */
export function drawGrades(place: HTMLElement, steps: readonly GradeStep[], until: string): () => void {
  const chart: ECharts = init(place)
  const scored = steps.filter(({ score, fromDay }) => score !== null && fromDay <= until)
  const last = scored.at(-1)
  chart.setOption({
    aria: { enabled: true },
    animation: false,
    grid: { left: 40, right: 24, top: 28, bottom: 26 },
    xAxis: { type: 'time' },
    yAxis: { type: 'value', scale: true, splitLine: { lineStyle: { color: '#e3e7ec' } } },
    // Rendered as HTML it would carry styles that the page's policy refuses.
    tooltip: { trigger: 'axis', renderMode: 'richText' },
    series: [
      {
        type: 'line',
        step: 'end',
        symbolSize: 6,
        lineStyle: { color: '#1f5a99', width: 2 },
        itemStyle: { color: '#1f5a99' },
        data: [
          ...scored.map(({ fromDay, score, grade }, index) => ({
            value: [fromDay, score],
            label: {
              show: grade !== scored[index - 1]?.grade,
              formatter: grade ?? '',
              position: 'top',
              color: '#1c2430',
              fontWeight: 600,
            },
          })),
          ...(last
            ? [{ value: [last.toDay !== null && last.toDay < until ? last.toDay : until, last.score] }]
            : []),
        ],
      },
    ],
  })
  const resize = new ResizeObserver(() => chart.resize())
  resize.observe(place)
  return () => {
    resize.disconnect()
    chart.dispose()
  }
}
