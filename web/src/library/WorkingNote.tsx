import type { Operation } from '../api/types'
import { useMessages } from '../i18n/messages'
import { percentage, span } from '../ui/amounts'
import { quietFor } from '../studio/work/news'
import { useNow } from '../ui/now'
import { stepMessage } from './step'
import styles from './row.module.css'

/** What is done at the moment, how far it is, how long it takes, and whether news still come. */
export function WorkingNote({ operation }: { operation: Operation }) {
  const { t, locale } = useMessages()
  const { percent = 0, stage, eta_s: left } = operation.progress
  const isWaiting = operation.state === 'queued'
  const now = useNow()
  const quiet = isWaiting ? null : quietFor(operation.last_news_at, now)
  const told = t(operation.cancel_requested ? 'library.cancelling' : isWaiting ? 'library.queued' : (stepMessage(stage) ?? 'library.working'))
  return (
    <div className={styles.working}>
      <div className={styles.bar} role="progressbar" aria-label={told} aria-valuemin={0} aria-valuemax={100} aria-valuenow={Math.floor(percent)}>
        <div className={styles.done} style={{ inlineSize: `${String(percent)}%` }} />
      </div>
      <p className={styles.told}>
        <span>{told}</span>
        {!isWaiting && <span className={styles.number}>{percentage(percent, locale)}</span>}
        {!isWaiting && !operation.cancel_requested && left !== null && left !== undefined && <span>{t('library.left', { time: span(left, locale) })}</span>}
        {quiet !== null && <span className={styles.quiet}>{t('library.quiet', { time: span(quiet, locale) })}</span>}
      </p>
    </div>
  )
}
