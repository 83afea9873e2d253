import { formatMoney } from '../i18n/format.ts'

type Data = Readonly<Record<string, unknown>>

/**
 * The one line that tells an event from others of its type: what was decided, said or counted, in the event's own words.
 * Empty when the title says everything.
 */
export function summaryOf(data: Data): string {
  const parts = [points(data), money(data), code(data), words(data)]
  return parts.filter((part) => part !== null).join(' · ')
}

function points({ points, item, count }: Data): string | null {
  if (typeof points !== 'number') return null
  const times = typeof count === 'number' && count > 1 ? ` ×${count}` : ''
  return `${typeof item === 'string' ? `${item}${times} ` : ''}${points > 0 ? '+' : ''}${points}`
}

function money(data: Data): string | null {
  const fen = data.amountFen ?? data.fineFen ?? data.paidFen
  if (typeof fen === 'number') return formatMoney(fen)
  const lines = data.lines
  if (!Array.isArray(lines)) return null
  const sum = lines.reduce((total: number, line: { fineFen?: number }) => total + (line.fineFen ?? 0), 0)
  return sum > 0 ? formatMoney(sum) : null
}

function code(data: Data): string | null {
  const item = data.item as { code?: string } | string | undefined
  const named = typeof item === 'object' ? item?.code : undefined
  const number =
    data.caseNumber ?? data.decisionNumber ?? data.orderNumber ?? data.reportNumber ?? data.registrationNumber
  const stage = typeof data.stage === 'string' ? data.stage : undefined
  return (typeof number === 'string' ? number : undefined) ?? named ?? stage ?? null
}

function words(data: Data): string | null {
  const said = [data.reason, data.conclusion, data.facts, data.note, data.name, data.campaign, data.place]
  const first = said.find((one) => typeof one === 'string' && one !== '')
  return typeof first === 'string' ? first : null
}
