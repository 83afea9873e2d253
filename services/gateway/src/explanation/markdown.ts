import type { Block, Fact, Page } from './page.ts'

/** A page as Markdown, for those who read or send plain text. */

export function toMarkdown({ title, about, sections }: Page): string {
  const parts = sections.flatMap(({ heading, blocks }) => [
    `## ${escaped(heading)}`,
    ...blocks.map(blockMarkdown),
  ])
  return `${[`# ${escaped(title)}`, factsMarkdown(about), ...parts].join('\n\n')}\n`
}

/** Characters that would be read as marks. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (character) => `\\${character}`)
}

function blockMarkdown(block: Block): string {
  switch (block.kind) {
    case 'paragraph':
      return escaped(block.text)
    case 'notice':
      return `> ${escaped(block.text)}`
    case 'result':
      return `**${escaped(block.grade)}** ${escaped(block.text)}`
    case 'facts':
      return factsMarkdown(block.facts)
    case 'list':
      return block.items.map((item) => `- ${escaped(item)}`).join('\n')
    case 'entry':
      return `### ${escaped(block.title)} (${escaped(block.points)})\n\n${factsMarkdown(block.facts)}`
    case 'table': {
      const line = (cells: readonly string[]) => `| ${cells.map(escaped).join(' | ')} |`
      const rows = block.rows.map((row, at) => line(at === block.marked ? ['▶', ...row] : ['', ...row]))
      return [
        line(['', ...block.head]),
        line(['', ...block.head].map(() => '---')).replaceAll('\\', ''),
        ...rows,
      ].join('\n')
    }
  }
}

function factsMarkdown(facts: readonly Fact[]): string {
  return facts.map(([label, value]) => `- ${escaped(label)}: ${escaped(value)}`).join('\n')
}
