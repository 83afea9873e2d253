import type { Attribute, CaseEvent, CaseLog, Related } from './case-log.ts'
import { ownKeys, xesAttributes } from './xes-extension.ts'

/**
 * XES (IEEE 1849-2016): one trace for each case. Standard extensions concept, time, lifecycle, org and identity; our
 * own keys under the prefix `fireledger`, described by the extension file that the gateway serves. Written as it is
 * read: what is in memory at a time is one case.
 */

const head = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849.2016" xes.features="nested-attributes">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <extension name="Identity" prefix="identity" uri="http://www.xes-standard.org/identity.xesext"/>
  <extension name="Fireledger" prefix="fireledger" uri="${xesAttributes.uri}"/>
  <global scope="trace">
    <string key="concept:name" value="-"/>
    <string key="fireledger:kind" value="assessment"/>
    <string key="fireledger:process" value="-"/>
    <string key="fireledger:division" value="-"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="-"/>
    <string key="concept:instance" value="-"/>
    <date key="time:timestamp" value="1900-01-01T00:00:00.000Z"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" scope="event" keys="concept:name"/>
  <classifier name="ActivityAndTransition" scope="event" keys="concept:name lifecycle:transition"/>
`

const tail = '</log>\n'

/** Text in pieces, to be joined or streamed. */
export async function* xesText(cases: AsyncIterable<CaseLog>): AsyncGenerator<string> {
  yield head
  yield '<string key="lifecycle:model" value="standard"/>\n'
  for await (const log of cases) yield traceText(log)
  yield tail
}

function traceText(log: CaseLog): string {
  const attributes = [
    string('concept:name', log.id),
    string(ownKeys.kind, log.kind),
    string(ownKeys.process, log.process),
    string(ownKeys.division, log.division),
    ...(log.institution === null ? [] : [string(ownKeys.institution, log.institution)]),
    ...(log.unit === null ? [] : [string(ownKeys.unit, log.unit)]),
  ]
  return `<trace>\n${attributes.join('\n')}\n${log.events.map(eventText).join('')}</trace>\n`
}

function eventText(event: CaseEvent): string {
  const lines = [
    string('concept:name', event.activity),
    string('concept:instance', event.id),
    element('id', 'identity:id', event.id),
    element('date', 'time:timestamp', event.effectiveAt),
    string('lifecycle:transition', event.transition),
    ...(event.member === null ? [] : [string('org:resource', event.member)]),
    ...(event.stage === null ? [] : [string(ownKeys.stage, event.stage)]),
    string(ownKeys.type, event.type),
    string(ownKeys.step, event.kind),
    element('int', ownKeys.revision, String(event.revision)),
    element('date', ownKeys.recordedAt, event.recordedAt),
    string(ownKeys.actor, event.actor),
    string(ownKeys.actorRole, event.actorRole),
    ...(event.refusal === null ? [] : [string(ownKeys.refusal, event.refusal)]),
    ...list(ownKeys.reliedOn, event.reliedOn),
    ...list(ownKeys.marks, event.marks),
    ...Object.entries(event.attributes).map(([name, value]) => attribute(`${ownKeys.data}.${name}`, value)),
  ]
  const related = event.related
    .filter(isNews)
    .map(
      ({ type, id, qualifier }, index) =>
        `<string key="${ownKeys.related}.${index}" value="${escaped(id)}"><string key="${ownKeys.objectType}" value="${type}"/><string key="${ownKeys.qualifier}" value="${escaped(qualifier)}"/></string>`,
    )
  const sentences = event.sentences.map(
    ({ id, section, text, findings }, index) =>
      `<string key="${ownKeys.sentence}.${index}" value="${escaped(text)}">${[
        string(ownKeys.sentenceId, id),
        string(ownKeys.section, section),
        ...list(ownKeys.findings, findings),
      ].join('')}</string>`,
  )
  return `<event>\n${[...lines, ...related, ...sentences].join('\n')}\n</event>\n`
}

/** The trace is the case, and the resource who did it: neither is said twice. */
function isNews({ qualifier }: Related): boolean {
  return qualifier !== 'case' && qualifier !== 'done-by'
}

const elementOf = { text: 'string', number: 'float', truth: 'boolean', moment: 'date' } as const

function attribute(key: string, { type, value }: Attribute): string {
  return element(elementOf[type], key, String(value))
}

function string(key: string, value: string): string {
  return element('string', key, value)
}

/** Names without blanks; none of them, no attribute. */
function list(key: string, values: readonly string[]): string[] {
  return values.length === 0 ? [] : [string(key, values.join(' '))]
}

function element(name: string, key: string, value: string): string {
  return `<${name} key="${escaped(key)}" value="${escaped(value)}"/>`
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  // A parser would turn these into blanks.
  '\n': '&#10;',
  '\t': '&#9;',
  '\r': '&#13;',
}

/** XML 1.0 has no place for control characters and lone surrogates, not even escaped. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const unwritable = /[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]|\p{Cs}/gu

function escaped(text: string): string {
  return text.replace(unwritable, '\uFFFD').replace(/[&<>"\n\t\r]/g, (character) => entities[character] ?? '')
}
