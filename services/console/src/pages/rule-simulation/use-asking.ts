import type { SimulatedKind, SimulationWish } from '@fireledger/client'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearchParams } from 'react-router'
import { client } from '../../api/client.ts'
import { useDivision } from '../../shell/division.ts'
import { draftIdFrom, readDraft } from './draft.ts'
import { useSimulationTexts } from './use-texts.ts'

export type RulebookRow = {
  readonly id: string
  readonly name: string
  readonly status: 'draft' | 'adopted' | 'retired'
  readonly details: { readonly content: unknown }
}

export const kinds: readonly SimulatedKind[] = ['institution', 'practitioner', 'unit']
const statuses = ['draft', 'adopted', 'retired']

/** The rulebooks of the ledger, drafts first. */
export function useRulebooks() {
  return useQuery({
    queryKey: ['figures', 'rulebooks'],
    queryFn: async ({ signal }) => {
      const rows: RulebookRow[] = []
      for await (const row of client.rows<RulebookRow>('rulebooks', {}, { signal })) rows.push(row)
      return rows.sort((a, b) => statuses.indexOf(a.status) - statuses.indexOf(b.status))
    },
  })
}

/** What is asked; in the address, except for a draft's text, which is too long for one. */
export function useAsking(rulebooks: readonly RulebookRow[]) {
  const t = useSimulationTexts()
  const queries = useQueryClient()
  const division = useDivision()
  const [parameters, setParameters] = useSearchParams()
  const [draft, setDraft] = useState({ id: '', text: '' })
  const [fault, setFault] = useState<string | null>(null)
  // At once, not as a transition: what was chosen must not look unchosen until the page has caught up.
  const set = (name: string, value: string) =>
    setParameters((before) => changed(before, { [name]: value }), { flushSync: true })
  const read = (name: string) => parameters.get(name) ?? ''
  const chosen = rulebooks.find(({ id }) => id === read('rulebook')) ?? rulebooks[0]
  const fromDraft = read('source') === 'draft' || rulebooks.length === 0
  const kind = kinds.find((each) => each === read('kind'))

  const begin = useMutation({
    mutationFn: ({ rulebook, wish }: { rulebook: string; wish: SimulationWish }) =>
      client.simulate(rulebook, wish),
    onSuccess: ({ id }) => setParameters((before) => changed(before, { run: id, direction: '' })),
    onSettled: () => queries.invalidateQueries({ queryKey: ['simulations'] }),
  })
  const wish = (over: SimulationWish): SimulationWish => ({
    ...(division === null ? {} : { division }),
    ...(kind === undefined ? {} : { subjectKind: kind }),
    ...(read('asOf') === '' ? {} : { asOf: read('asOf') }),
    ...(read('from') === '' ? {} : { from: read('from') }),
    ...over,
  })
  function startDraft() {
    const found = readDraft(draft.text)
    const id = draft.id.trim() || (found.fault === null ? found.id : null)
    if (found.fault === 'notJson') setFault(t('notJson', { reason: found.reason }))
    else if (found.fault === 'notObject') setFault(t('notObject'))
    else if (!id) setFault(t('noDraftId'))
    else {
      const place = division ?? found.division
      const over = { content: found.content, ...(place === null ? {} : { division: place }) }
      begin.mutate({ rulebook: id, wish: wish(over) })
    }
  }
  return {
    read,
    set,
    chosen,
    fromDraft,
    kind,
    draft,
    begin,
    /** What is wrong with the draft before it is sent. */
    fault,
    changeDraft(next: Partial<typeof draft>) {
      setFault(null)
      begin.reset()
      // A file that names its id brings it along.
      const named = next.text === undefined ? null : readDraft(next.text)
      const id = named?.fault === null && named.id !== null ? named.id : draft.id
      setDraft({ ...draft, id, ...next })
    },
    copy({ id, details }: RulebookRow) {
      setFault(null)
      begin.reset()
      setDraft({ id: draftIdFrom(id), text: JSON.stringify(details.content, null, 2) })
    },
    start() {
      setFault(null)
      if (fromDraft) startDraft()
      else if (chosen) begin.mutate({ rulebook: chosen.id, wish: wish({}) })
    },
  }
}
export type Asking = ReturnType<typeof useAsking>

/** The address with other values; what is empty is left out. */
export function changed(before: URLSearchParams, values: Readonly<Record<string, string>>): URLSearchParams {
  const after = new URLSearchParams(before)
  for (const [name, value] of Object.entries(values)) {
    if (value === '') after.delete(name)
    else after.set(name, value)
  }
  return after
}
