import { BarChart, ScatterChart } from 'echarts/charts'
import { AriaComponent, GridComponent, LegendComponent, TooltipComponent } from 'echarts/components'
import { type ECharts, init, use } from 'echarts/core'
import { CanvasRenderer } from 'echarts/renderers'

use([BarChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, AriaComponent, CanvasRenderer])

export type StageBar = {
  readonly name: string
  readonly median: number | null
  readonly p90: number | null
  readonly limit: number | null
}

export type StageChartWords = { readonly median: string; readonly p90: string; readonly limit: string }

/** Draws how long stages took beside how long they may take, in working days; returns what undoes it. */
export function drawStages(
  place: HTMLElement,
  bars: readonly StageBar[],
  words: StageChartWords,
): () => void {
  const chart: ECharts = init(place)
  const values = (of: (bar: StageBar) => number | null) => bars.map(of)
  chart.setOption({
    aria: { enabled: true },
    animation: false,
    grid: { left: 8, right: 16, top: 34, bottom: 4, containLabel: true },
    legend: { top: 0, left: 0, itemWidth: 14, itemHeight: 9 },
    // Rendered as HTML it would carry styles that the page's policy refuses.
    tooltip: { trigger: 'axis', renderMode: 'richText', axisPointer: { type: 'shadow' } },
    xAxis: {
      type: 'category',
      data: bars.map(({ name }) => name),
      axisLabel: { interval: 0, color: '#1c2430' },
    },
    yAxis: { type: 'value', splitLine: { lineStyle: { color: '#e3e7ec' } } },
    series: [
      {
        name: words.median,
        type: 'bar',
        data: values(({ median }) => median),
        itemStyle: { color: '#1f5a99' },
      },
      {
        name: words.p90,
        type: 'bar',
        data: values(({ p90 }) => p90),
        itemStyle: { color: '#a9c4e0', decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4] } },
      },
      {
        name: words.limit,
        type: 'scatter',
        symbol: 'rect',
        symbolSize: [46, 3],
        data: values(({ limit }) => limit),
        itemStyle: { color: '#a02e27' },
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
