import { useCodeName } from './use-texts.ts'

export type Tone = 'good' | 'warn' | 'bad' | 'idle' | 'info'

/** A shape for each tone, so that the colour is never the only sign. */
const signs: Readonly<Record<Tone, string>> = { good: '●', warn: '▲', bad: '■', idle: '○', info: '◆' }

const tones: Readonly<Record<string, Tone>> = {
  active: 'good',
  registered: 'info',
  suspended: 'warn',
  withdrawn: 'idle',
  removed: 'idle',
  banned: 'bad',
  revoked: 'bad',
  'struck-off': 'bad',
  cancelled: 'idle',
  expired: 'warn',
  open: 'info',
  planned: 'info',
  started: 'info',
  concluded: 'good',
  ordered: 'warn',
  reported: 'info',
  cured: 'good',
  missed: 'bad',
  filed: 'info',
  notified: 'info',
  decided: 'warn',
  closed: 'idle',
  archived: 'idle',
  contracted: 'info',
  completed: 'good',
  terminated: 'idle',
  detected: 'warn',
  explained: 'info',
  confirmed: 'bad',
  dismissed: 'idle',
  substantiated: 'bad',
  unsubstantiated: 'idle',
  recorded: 'good',
  pass: 'good',
  fail: 'bad',
}

const tonesOfKind: Readonly<Record<string, Tone>> = { 'practitioner.registered': 'good' }

/** How something stands, in words, with a shape and a colour. `kind` is the part before the dot in `codeTexts`. */
export function StatusTag({ kind, status }: { kind: string; status: unknown }) {
  const nameOf = useCodeName()
  if (status === null || status === undefined) return <span>—</span>
  const code = String(status)
  return <Tag tone={tonesOfKind[`${kind}.${code}`] ?? tones[code] ?? 'idle'}>{nameOf(kind, code)}</Tag>
}

export function Tag({ tone, children, title }: { tone: Tone; children: React.ReactNode; title?: string }) {
  return (
    <span className={`tag tone-${tone}`} title={title}>
      <span className="tag-sign" aria-hidden="true">
        {signs[tone]}
      </span>
      {children}
    </span>
  )
}
