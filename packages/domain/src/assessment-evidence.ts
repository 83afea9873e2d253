import { findStage } from './assessment-stages.ts'
import type { AssessmentEventData, KnownAssessment } from './assessment-state.ts'
import type { DecisionContext, RefusalPart } from './decider.ts'
import type { FileRule, ProcessContent, StageDefinition } from './process-content.ts'

/** Whether a piece of evidence can be looked at: a hash whose file nobody has shows nothing. */

type Piece = KnownAssessment['evidence'][number]

export function heldOf({
  file,
  heldElsewhere,
}: Pick<AssessmentEventData<'EvidenceRecorded'>, 'file' | 'heldElsewhere'>): Piece['held'] {
  if (file !== null) return 'store'
  return heldElsewhere === null ? 'unknown' : 'elsewhere'
}

type Context = Pick<DecisionContext, 'lostFiles'>

/** Whether the piece counts under the rule of its kind. */
function isAtHand({ held, sha256 }: Piece, rule: FileRule, { lostFiles }: Context): boolean {
  if (rule === 'named') return true
  if (held === 'store') return !lostFiles?.has(sha256)
  return held === 'elsewhere' && rule === 'stored-or-held-elsewhere'
}

/** All that counts, by what the process asks of each kind. */
export function evidenceAtHand(state: KnownAssessment, process: ProcessContent, context: Context): Piece[] {
  return state.evidence.filter((piece) => {
    const kinds = findStage(process, piece.stage)?.evidence
    return isAtHand(piece, kinds?.find((each) => each.kind === piece.kind)?.file ?? 'named', context)
  })
}

type Asking = { readonly stage: StageDefinition; readonly state: KnownAssessment; readonly context: Context }

/** Each required kind of which nothing is recorded, or nothing that counts, but for what was waived. */
export function missingEvidence(
  { stage, state, context }: Asking,
  waived: ReadonlySet<string>,
): RefusalPart[] {
  return stage.evidence.flatMap((asked) => {
    const { required, kind, file } = asked
    if (!required || waived.has(kind)) return []
    const pieces = state.evidence.filter((each) => each.stage === stage.code && each.kind === kind)
    if (pieces.some((piece) => isAtHand(piece, file, context))) return []
    const [first] = pieces
    const message = first ? withoutFile(stage, asked, pieces, context) : notRecorded(stage, asked)
    const code = first ? 'gate-evidence-file-missing' : 'gate-evidence-missing'
    return [{ code, message, legalBasis: stage.legalBasis }]
  })
}

type Asked = StageDefinition['evidence'][number]

function notRecorded(stage: StageDefinition, { title, kind, waivable }: Asked) {
  return {
    zh: `${stage.code}${stage.title.zh}缺少${title.zh}（${kind}）；请补充证据${waivable ? '，或说明理由予以豁免' : '，该项不得豁免'}`,
    en: `${stage.code} ${stage.title.en} lacks: ${title.en} (${kind}); record it${waivable ? ', or waive it with a reason' : ', it cannot be waived'}`,
  }
}

/** The file was never sent, or it is gone again; the same bytes sent again put that right. */
function withoutFile(
  stage: StageDefinition,
  { title, kind, file, waivable }: Asked,
  pieces: readonly Piece[],
  { lostFiles }: Context,
) {
  const ids = pieces.map(({ evidenceId }) => evidenceId)
  const isLost = pieces.some(({ held, sha256 }) => held === 'store' && lostFiles?.has(sha256))
  const elsewhere = file === 'stored-or-held-elsewhere'
  // Whether the bytes are there cannot be told of a record that does not name them; that it names them is what is missing.
  const ways = {
    zh: [
      isLost ? '请重新上传原文件' : '请以新编号再次登记并写明文件（file），文件不在证据库的先上传',
      ...(elsewhere ? ['或登记由谁、在何处保存'] : []),
      ...(waivable ? ['或说明理由予以豁免'] : []),
    ],
    en: [
      isLost
        ? 'upload that very file again'
        : 'record it again under a new id, naming the file (`file`), uploaded before if it is not in the evidence store',
      ...(elsewhere ? ['or record who keeps it and where'] : []),
      ...(waivable ? ['or waive it with a reason'] : []),
    ],
  }
  const fault = isLost ? 'lost' : pieces.some(({ held }) => held === 'elsewhere') ? 'elsewhere' : 'unknown'
  return {
    zh: `${stage.code}${stage.title.zh}的${title.zh}（${kind}，${ids.join('、')}）${faults[fault].zh}；${ways.zh.join('，')}`,
    en: `${stage.code} ${stage.title.en}: ${title.en} (${kind}, ${ids.join(', ')}) ${faults[fault].en}; ${ways.en.join(', ')}`,
  }
}

const faults = {
  lost: { zh: '的文件已不在证据库', en: 'is no longer in the evidence store' },
  elsewhere: {
    zh: '由他处保存，而该过程要求文件在证据库',
    en: 'is held elsewhere, and the process asks for it in the evidence store',
  },
  unknown: {
    zh: '的登记未写明文件（file）',
    en: 'is a hash only: the record does not name the file (`file`)',
  },
} as const
