import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { problemOf } from '../api/problem'
import { glossariesQuery } from '../api/queries'
import { useMessages } from '../i18n/messages'
import page from '../shell/page.module.css'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { GlossaryEditor } from './GlossaryEditor'
import { GlossaryRow } from './GlossaryRow'
import { NewGlossary } from './NewGlossary'
import styles from './glossaries.module.css'

/** The account's glossaries: words that are always translated the same way. */
export function Glossaries() {
  const { t } = useMessages()
  const asked = useQuery(glossariesQuery)
  const [isMaking, setMaking] = useState(false)
  const [opened, setOpened] = useState<string | null>(null)
  const glossaries = asked.data?.items ?? []
  const close = () => {
    setOpened(null)
  }
  return (
    <div className={page.wide}>
      <div className={styles.top}>
        <h1>{t('glossary.title')}</h1>
        {!isMaking && (
          <Button
            className={buttons.primary}
            onPress={() => {
              setMaking(true)
            }}
          >
            {t('glossary.new')}
          </Button>
        )}
      </div>
      <p className={styles.lead}>{t('glossary.lead')}</p>
      {asked.error !== null && <ProblemNotice problem={problemOf(asked.error)} onRetry={() => void asked.refetch()} />}
      {asked.isPending && <p className={styles.coming}>{t('common.loading')}</p>}
      {isMaking && (
        <NewGlossary
          onClose={() => {
            setMaking(false)
          }}
          onMade={(glossary) => {
            setMaking(false)
            setOpened(glossary.id)
          }}
        />
      )}
      {asked.data !== undefined && glossaries.length === 0 && !isMaking && (
        <div className={styles.nothing}>
          <p className={styles.example} dir="ltr" aria-hidden="true">
            <span>loom</span>→<span>tear</span>
          </p>
          <h2>{t('glossary.nothing')}</h2>
          <p>{t('glossary.nothingHint')}</p>
        </div>
      )}
      <ul className={styles.rows}>
        {glossaries.map((glossary) => (
          <li key={glossary.id}>
            {opened === glossary.id ? (
              <GlossaryEditor glossary={glossary} onClose={close} />
            ) : (
              <GlossaryRow
                glossary={glossary}
                onOpen={() => {
                  setOpened(glossary.id)
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}
