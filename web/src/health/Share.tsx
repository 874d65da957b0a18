import { percentage } from '../ui/amounts'
import { useMessages } from '../i18n/messages'
import styles from './health.module.css'

const FULL = 100

/** How much of something is used, as a bar with its words. */
export function Share({ share, label }: { share: number; label: string }) {
  const { locale } = useMessages()
  const percent = Math.min(FULL, Math.max(0, share * FULL))
  return (
    <span className={styles.share} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={FULL} aria-valuenow={Math.floor(percent)} aria-valuetext={percentage(percent, locale)}>
      <span style={{ inlineSize: `${String(percent)}%` }} />
    </span>
  )
}
