import { useState } from 'react'
import { Button, Input, Label, TextField } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { parseClock } from '../ui/clock'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { exactClock } from './exactClock'
import styles from './inspector.module.css'

interface Props {
  label: string
  ms: number
  least: number
  most: number
  onChange: (ms: number) => void
}

const NUDGE_MS = 100

/** A time to be written or nudged. What cannot be meant is put back. */
export function TimeField({ label, ms, least, most, onChange }: Props) {
  const { t } = useMessages()
  const [written, setWritten] = useState<string | null>(null)
  const take = (wanted: number | null) => {
    setWritten(null)
    if (wanted === null) return
    const within = Math.min(most, Math.max(least, wanted))
    if (within !== ms) onChange(within)
  }
  return (
    <div className={styles.time}>
      <TextField
        className={fields.field}
        value={written ?? exactClock(ms)}
        onChange={setWritten}
        onBlur={() => {
          if (written !== null) take(parseClock(written))
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && written !== null) take(parseClock(written))
          if (event.key === 'Escape') setWritten(null)
        }}
      >
        <Label>{label}</Label>
        <Input className={`${fields.input} ${fields.compact} ${styles.clock}`} inputMode="decimal" dir="ltr" />
      </TextField>
      <div className={styles.nudges}>
        <Button
          className={`${buttons.plain} ${styles.nudge}`}
          aria-label={`−0.1 ${t('lines.nudgeEarlier', { what: label })}`}
          onPress={() => {
            take(ms - NUDGE_MS)
          }}
        >
          −0.1
        </Button>
        <Button
          className={`${buttons.plain} ${styles.nudge}`}
          aria-label={`+0.1 ${t('lines.nudgeLater', { what: label })}`}
          onPress={() => {
            take(ms + NUDGE_MS)
          }}
        >
          +0.1
        </Button>
      </div>
    </div>
  )
}
