import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { languageName } from '../ui/language-names'
import styles from './row.module.css'

/** From which language into which, and how each of these stands. */
export function TargetStates({ project }: { project: Project }) {
  const { t, locale } = useMessages()
  const source = project.source_language
  return (
    <p className={styles.languages}>
      <span className={styles.source}>{source === null ? t('library.unknownLanguage') : languageName(source, locale)}</span>
      <span className={styles.arrow} aria-label={t('library.into')} role="img" />
      {project.targets.length === 0 && <span className={styles.none}>{t('library.noLanguages')}</span>}
      {project.targets.map((target) => (
        <span key={target.language} className={styles.target}>
          {languageName(target.language, locale)}
          <span className={styles.targetState}>{t(`library.target.${target.status}`)}</span>
        </span>
      ))}
    </p>
  )
}
