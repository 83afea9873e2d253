import { createHash } from 'node:crypto'
import type { Block, Fact, Page } from './page.ts'

/** A page as one HTML document: no script, nothing fetched, readable on a telephone, and made to be printed. */

const style = `
:root { color-scheme: light; }
body { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; color: #1a1a1a; background: #fff;
  font: 16px/1.7 "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", system-ui, sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.3; margin: 0 0 .75rem; }
h2 { font-size: 1.15rem; margin: 2rem 0 .5rem; padding-bottom: .2rem; border-bottom: 1px solid #999; }
h3 { font-size: 1rem; margin: 0; }
p { margin: .5rem 0; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .5rem 0; }
dt { color: #595959; }
dd { margin: 0; overflow-wrap: anywhere; }
ul { margin: .5rem 0; padding-left: 1.4rem; }
.result { display: flex; gap: 1.25rem; align-items: center; margin: .5rem 0; }
.grade { flex: none; border: 2px solid #1a1a1a; border-radius: .4rem; padding: .3rem .9rem; font-size: 1.8rem; font-weight: 700; }
.notice { border-left: .3rem solid #9a6700; background: #fff8e5; padding: .5rem .8rem; }
article { border: 1px solid #bbb; border-radius: .4rem; padding: .7rem .9rem; margin: .8rem 0; break-inside: avoid; }
article header { display: flex; justify-content: space-between; gap: 1rem; align-items: baseline; }
.points { flex: none; font-weight: 700; }
table { border-collapse: collapse; margin: .5rem 0; }
th, td { border: 1px solid #bbb; padding: .25rem .7rem; text-align: left; }
tr.marked td { font-weight: 700; background: #eef3fb; }
@media (max-width: 32rem) { dl { grid-template-columns: 1fr; gap: 0; } dd { margin-bottom: .4rem; } }
@media print { @page { margin: 18mm; } body { max-width: none; padding: 0; font-size: 11pt; } }
`

const styleHash = createHash('sha256').update(style).digest('base64')

/** Nothing but this one style may run or be fetched, and no other page may frame it. */
export const contentSecurityPolicy = `default-src 'none'; style-src 'sha256-${styleHash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => escapes[character] ?? '')
}

export function toHtml({ language, title, about, sections }: Page): string {
  const body = sections.map(
    ({ heading, blocks }) =>
      `<section>\n<h2>${escaped(heading)}</h2>\n${blocks.map(blockHtml).join('\n')}\n</section>`,
  )
  return `<!doctype html>
<html lang="${language === 'zh' ? 'zh-CN' : 'en'}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
${factsHtml(about)}
${body.join('\n')}
</main>
</body>
</html>
`
}

function blockHtml(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return `<p>${escaped(block.text)}</p>`
    case 'notice':
      return `<p class="notice">${escaped(block.text)}</p>`
    case 'result':
      return `<div class="result"><span class="grade">${escaped(block.grade)}</span><p>${escaped(block.text)}</p></div>`
    case 'facts':
      return factsHtml(block.facts)
    case 'list':
      return `<ul>${block.items.map((item) => `<li>${escaped(item)}</li>`).join('')}</ul>`
    case 'entry':
      return `<article><header><h3>${escaped(block.title)}</h3><span class="points">${escaped(block.points)}</span></header>${factsHtml(block.facts)}</article>`
    case 'table':
      return tableHtml(block)
  }
}

function factsHtml(facts: readonly Fact[]): string {
  const rows = facts.map(([label, value]) => `<dt>${escaped(label)}</dt><dd>${escaped(value)}</dd>`)
  return `<dl>${rows.join('')}</dl>`
}

function tableHtml({ head, rows, marked }: Extract<Block, { kind: 'table' }>): string {
  const cells = (row: readonly string[]) => row.map((cell) => `<td>${escaped(cell)}</td>`).join('')
  const body = rows.map((row, at) => `<tr${at === marked ? ' class="marked"' : ''}>${cells(row)}</tr>`)
  const header = head.map((cell) => `<th scope="col">${escaped(cell)}</th>`).join('')
  return `<table><thead><tr>${header}</tr></thead><tbody>${body.join('')}</tbody></table>`
}
