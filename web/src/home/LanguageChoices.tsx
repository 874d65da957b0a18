import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { problemOf } from '../api/problem'
import { languagesQuery } from '../api/queries'
import type { Languages } from '../api/types'
import { useMessages } from '../i18n/messages'
import { languageName } from '../ui/language-names'
import { LanguagePicker, LanguagesPicker } from '../ui/language-picker'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useStore } from '../ui/store'
import { choicesStore, choose } from './current'
import styles from './home.module.css'
import { sorted, spokenLanguages, targetsFrom } from './pairs'
import type { Wanted } from './wanted'

const NO_LANGUAGES: Languages = { heard: [], translated: [], spoken: [] }

/** The language that is spoken, and those to dub into: only what this server can do. */
export function LanguageChoices({ wanted }: { wanted: Wanted }) {
  const { t, locale } = useMessages()
  const { spoken, targets } = useStore(choicesStore)
  const { data, error, refetch } = useQuery(languagesQuery)
  const languages = data ?? NO_LANGUAGES
  const possible = useMemo(() => targetsFrom(languages, spoken), [languages, spoken])
  const heard = useMemo(() => spokenLanguages(languages), [languages])
  const { left } = sorted(targets ?? [], possible)
  if (error !== null) return <ProblemNotice problem={problemOf(error)} onRetry={() => void refetch()} />
  return (
    <section className={styles.languages} aria-label={t('home.languages')}>
      <div className={styles.pair}>
        <LanguagePicker
          label={t('home.spoken')}
          languages={heard}
          value={spoken}
          none={t('home.spoken.detect')}
          onChange={(language) => {
            choose({ spoken: language })
          }}
        />
        <LanguagesPicker
          label={t('home.targets')}
          languages={possible}
          value={wanted.targets}
          onChange={(chosen) => {
            choose({ targets: chosen })
          }}
        />
      </div>
      {left.length > 0 && spoken !== null && (
        <p role="status" className={styles.left}>
          {t('home.targets.left', { names: left.map((tag) => languageName(tag, locale)).join(', '), spoken: languageName(spoken, locale) })}
        </p>
      )}
      {data !== undefined && (
        <p className={styles.fine}>
          {t('home.languages.more')} <Link to="/health">{t('home.languages.health')}</Link>
        </p>
      )}
    </section>
  )
}
