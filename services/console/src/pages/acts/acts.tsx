import { useState } from 'react'
import { Link } from 'react-router'
import { useCatalogue } from '../../api/catalogue.ts'
import { useInLanguage } from '../../i18n/define-texts.ts'
import { PageHead, Panel } from '../../parts/panel.tsx'
import { Nothing, QueryView } from '../../parts/query-view.tsx'
import { Tag } from '../../parts/status-tag.tsx'
import { usePrincipal } from '../../session/session-state.ts'
import { useDivisionLink } from '../../shell/division.ts'
import { type Act, actsOf } from './commands.ts'
import { useActsTexts } from './use-texts.ts'
import './acts.css'

/** What the reader's role may do, by what it is about. */
export function ActsPage() {
  const t = useActsTexts()
  const catalogue = useCatalogue()
  const { permissions } = usePrincipal()
  const [words, setWords] = useState('')
  return (
    <>
      <PageHead
        title={t('title')}
        about={t('about')}
        rest={
          <input
            className="control"
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            value={words}
            onChange={({ target }) => setWords(target.value)}
          />
        }
      />
      <QueryView
        query={catalogue}
        isEmpty={(data) => actsOf(data, permissions).length === 0}
        empty={<Nothing title={t('none')} hint={t('noneHint')} />}
      >
        {(data) => <ActList acts={actsOf(data, permissions).filter((act) => speaksOf(act, words))} />}
      </QueryView>
    </>
  )
}

function speaksOf({ command, category }: Act, words: string): boolean {
  const said = [command.type, command.title.zh, command.title.en, category.title.zh, category.title.en]
  return said.some((each) => each.toLowerCase().includes(words.trim().toLowerCase()))
}

function ActList({ acts }: { acts: readonly Act[] }) {
  const t = useActsTexts()
  const inLanguage = useInLanguage()
  const toDivision = useDivisionLink()
  const categories = [...new Set(acts.map(({ category }) => category))]
  return (
    <div className="acts">
      {categories.map((category) => (
        <Panel key={category.name} title={inLanguage(category.title)} flush>
          <ul>
            {acts
              .filter((act) => act.category === category)
              .map(({ command, path, name }) => (
                <li key={command.type}>
                  <Link to={toDivision(`/acts/${path}/${name}`)}>{inLanguage(command.title)}</Link>
                  {command.opens && <Tag tone="info">{t('opens')}</Tag>}
                </li>
              ))}
          </ul>
        </Panel>
      ))}
    </div>
  )
}
