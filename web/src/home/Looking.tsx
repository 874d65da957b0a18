import { useMessages } from '../i18n/messages'
import { useStore } from '../ui/store'
import { sizeText } from '../uploads/sizes'
import { newDub } from './current'
import styles from './home.module.css'
import { Meter } from './Meter'

/** What the server does with the video before anything is dubbed: it fetches a link, and looks inside. */
export function Looking() {
  const { t, locale } = useMessages()
  const { operation } = useStore(newDub.state)
  const progress = operation?.progress
  const isFetching = progress?.stage === 'fetch'
  const isWaiting = operation?.state === 'queued'
  const { done = 0, total = 0 } = progress ?? {}
  return (
    <div className={styles.progress}>
      {isFetching && total > 0 && <Meter label={t('home.fetching')} part={done / total} />}
      {isFetching && total > 0 && (
        <p className={styles.figures}>
          <span>{t('home.upload.amount', { sent: sizeText(done, locale), total: sizeText(total, locale) })}</span>
        </p>
      )}
      <p role="status" className={styles.state}>
        {t(isFetching ? 'home.fetching' : isWaiting ? 'home.waiting' : 'home.looking')}
      </p>
    </div>
  )
}
