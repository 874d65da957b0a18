import { lazy, Suspense, useState } from 'react'
import { Button } from 'react-aria-components'
import type { Glossary } from '../api/types'
import { useMessages } from '../i18n/messages'
import { age } from '../ui/amounts'
import buttons from '../ui/buttons.module.css'
import { useNow } from '../ui/now'
import { Pair } from './Pair'
import styles from './glossaries.module.css'

const DeleteGlossary = lazy(() => import('./DeleteGlossary'))
const SHOWN_TERMS = 4

/** One glossary: its languages, some of its terms, and what can be done with it. */
export function GlossaryRow({ glossary, onOpen }: { glossary: Glossary; onOpen: () => void }) {
  const { t, locale } = useMessages()
  const now = useNow()
  const [isDeleting, setDeleting] = useState(false)
  const terms = Object.entries(glossary.terms)
  return (
    <div className={styles.row}>
      <div className={styles.body}>
        <h2>
          <bdi>{glossary.name}</bdi>
        </h2>
        <p className={styles.facts}>
          <Pair source={glossary.source_language} target={glossary.target_language} />
          <span>{t('glossary.terms', { n: terms.length })}</span>
          <span>{t('glossary.changed', { age: age(glossary.updated_at, now, locale) })}</span>
        </p>
        {terms.length > 0 && (
          <p className={styles.some}>
            {terms.slice(0, SHOWN_TERMS).map(([term, translation]) => (
              <span key={term}>
                <bdi lang={glossary.source_language}>{term}</bdi>
                {term !== translation && (
                  <>
                    {' = '}
                    <bdi lang={glossary.target_language}>{translation}</bdi>
                  </>
                )}
              </span>
            ))}
            {terms.length > SHOWN_TERMS && <span>…</span>}
          </p>
        )}
      </div>
      <div className={styles.actions}>
        <Button className={buttons.quiet} aria-label={t('glossary.editNamed', { name: glossary.name })} onPress={onOpen}>
          {t('glossary.edit')}
        </Button>
        <Button
          className={buttons.plain}
          aria-label={t('glossary.deleteNamed', { name: glossary.name })}
          onPress={() => {
            setDeleting(true)
          }}
        >
          {t('common.delete')}
        </Button>
      </div>
      <Suspense>
        {isDeleting && (
          <DeleteGlossary
            glossary={glossary}
            onClose={() => {
              setDeleting(false)
            }}
          />
        )}
      </Suspense>
    </div>
  )
}
