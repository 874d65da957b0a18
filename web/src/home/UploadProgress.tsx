import { useMessages } from '../i18n/messages'
import { clock } from '../ui/clock'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useStore } from '../ui/store'
import { timeLeftMs } from '../uploads/rate'
import { sizeText } from '../uploads/sizes'
import type { VideoUpload } from '../uploads/upload'
import styles from './home.module.css'
import { Meter } from './Meter'

/** How far an upload is, how fast it goes, and why it stands still. */
export function UploadProgress({ upload }: { upload: VideoUpload }) {
  const { t, locale } = useMessages()
  const status = useStore(upload.status)
  if (status.kind === 'done') return null
  const total = upload.file.size
  const perSecond = status.kind === 'sending' ? status.perSecond : null
  const leftMs = timeLeftMs(total - status.sent, perSecond)
  return (
    <div className={styles.progress}>
      <Meter label={t('home.upload.label')} part={total === 0 ? 0 : status.sent / total} isResting={status.kind !== 'sending'} />
      <p className={styles.figures}>
        <span>{t('home.upload.amount', { sent: sizeText(status.sent, locale), total: sizeText(total, locale) })}</span>
        {perSecond !== null && <span>{t('home.upload.rate', { rate: sizeText(perSecond, locale) })}</span>}
        {leftMs !== null && <span>{t('home.upload.left', { time: clock(leftMs) })}</span>}
      </p>
      <p role="status" className={styles.state}>
        {t(`home.upload.${status.kind}`)}
      </p>
      {status.kind === 'failed' && <ProblemNotice problem={status.problem} onRetry={() => void upload.begin()} />}
    </div>
  )
}
