import { findEvent } from './catalogue.ts'
import { outlineOf, processContent } from './process-content.ts'
import { rulebookContent } from './rulebook-content.ts'
import { findShippedProcess } from './shipped-processes.ts'

type Upcaster = (data: Record<string, unknown>) => Record<string, unknown>

/**
 * Old stored shapes, lifted on reading; stored events are never rewritten. Keyed `<Type>@<version>`: the entry takes
 * that version to the next one.
 */
const upcasters: Readonly<Record<string, Upcaster>> = {
  // The definitions were part of the program then; the files that took their place have the same stages.
  'AssessmentEngaged@1': (data) => {
    const file = findShippedProcess(String(data.process))
    if (!file) throw new Error(`process ${data.process} is not among the files`)
    return { ...data, ...outlineOf(file.content) }
  },
  'CreditAdjusted@1': (data) => ({ ...data, furtherActs: [] }),
  'CreditAdjustmentReversed@1': (data) => ({ ...data, repair: null }),
  'CreditVetoLifted@1': (data) => ({ ...data, repair: null }),
  'EvidenceRecorded@1': (data) => ({ ...data, file: null }),
  // Whoever kept the file was not said.
  'EvidenceRecorded@2': (data) => ({ ...data, heldElsewhere: null }),
  'GradePublished@1': (data) => ({ ...data, inputsDigest: null }),
  // The notice did not say whether its working days were known.
  'PenaltyNoticeServed@1': (data) => ({ ...data, provisional: false }),
  // Where a file must be, processes could not say yet: its hash was enough.
  'ProcessDrafted@1': (data) => ({ ...data, content: processContent.parse(data.content) }),
  'ReportDrafted@1': (data) => ({ ...data, sentences: [] }),
  'ReportRevised@1': (data) => ({ ...data, sentences: [], reopens: 'S7' }),
  // What rulebooks could not say yet, they say by the defaults of the schema: no cycle, no triggers, no warnings.
  'RulebookAdopted@1': (data) => ({ ...data, retroactiveReason: null }),
  'RulebookDrafted@1': (data) => ({ ...data, content: rulebookContent.parse(data.content) }),
}

/**
 * The data in the current shape of their type.
 * @throws when the type is unknown or the version is newer than this program knows.
 */
export function lift(type: string, schemaVersion: number, data: Record<string, unknown>): unknown {
  const known = findEvent(type)
  if (!known)
    throw new Error(
      `event type ${type} is not in the catalogue: the ledger was written by a newer fireledger`,
    )
  const current = known.definition.schemaVersion
  if (schemaVersion > current) {
    throw new Error(
      `${type} has schema version ${schemaVersion}, this fireledger knows up to ${current}: upgrade it`,
    )
  }
  let lifted = data
  for (let version = schemaVersion; version < current; version++) {
    const upcaster = upcasters[`${type}@${version}`]
    if (!upcaster) throw new Error(`no upcaster from ${type} version ${version}`)
    lifted = upcaster(lifted)
  }
  return lifted
}
