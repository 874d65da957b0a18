import { useMessages } from '../i18n/messages'
import styles from './home.module.css'

interface Props {
  label: string
  /** From 0 to 1. */
  part: number
  isResting?: boolean
}

/** A bar that fills, with its figure beside it. */
export function Meter({ label, part, isResting = false }: Props) {
  const { locale } = useMessages()
  const percent = Math.min(100, Math.max(0, part * 100))
  const shown = new Intl.NumberFormat(locale, { style: 'percent' }).format(Math.floor(percent) / 100)
  return (
    <div className={styles.meterRow}>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.floor(percent)}
        aria-valuetext={shown}
        className={styles.meter}
        data-resting={isResting || undefined}
      >
        <div style={{ inlineSize: `${String(percent)}%` }} />
      </div>
      <span aria-hidden="true" className={styles.percent}>
        {shown}
      </span>
    </div>
  )
}
