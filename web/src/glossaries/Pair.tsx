import { useMessages } from '../i18n/messages'
import { languageName } from '../ui/language-names'
import styles from './glossaries.module.css'

/** From which language into which. */
export function Pair({ source, target }: { source: string; target: string }) {
  const { t, locale } = useMessages()
  return (
    <span className={styles.pair}>
      <span className={styles.source}>{languageName(source, locale)}</span>
      <span className={styles.arrow} role="img" aria-label={t('glossary.into')} />
      <span className={styles.target}>{languageName(target, locale)}</span>
    </span>
  )
}
