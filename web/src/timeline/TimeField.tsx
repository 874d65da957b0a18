import { useState } from 'react'
import { Button, Input, Label, TextField } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { clock, parseClock } from '../ui/clock'
import styles from './timeline.module.css'

interface Props {
  label: string
  /** Null: nothing is known, the field takes a time and forgets it. */
  valueMs: number | null
  /** Whether a time could be taken; told when a person is done writing. */
  onTime: (ms: number) => boolean
  /** Offered as two buttons; tells by how much. */
  onNudge?: (byMs: number) => void
  placeholder?: string
}

const NUDGE_MS = 100

/** A time to write, and two buttons that move it by a tenth of a second. */
export function TimeField({ label, valueMs, onTime, onNudge, placeholder }: Props) {
  const { t } = useMessages()
  const [draft, setDraft] = useState<string | null>(null)
  const [isRefused, setRefused] = useState(false)
  const shown = valueMs === null ? '' : clock(valueMs, { tenths: true })
  const finish = () => {
    if (draft === null || draft === shown || draft.trim() === '') {
      setDraft(null)
      setRefused(false)
      return
    }
    const ms = parseClock(draft)
    const isTaken = ms !== null && onTime(ms)
    setRefused(!isTaken)
    if (isTaken) setDraft(null)
  }
  const leave = () => {
    setDraft(null)
    setRefused(false)
  }
  return (
    <div className={styles.time}>
      <TextField
        className={styles.timeField}
        value={draft ?? shown}
        isInvalid={isRefused}
        onChange={(text) => {
          setDraft(text)
          setRefused(false)
        }}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish()
          else if (event.key === 'Escape') leave()
          else event.continuePropagation()
        }}
      >
        <Label className={styles.timeLabel}>{label}</Label>
        <Input className={styles.timeInput} dir="ltr" inputMode="text" placeholder={placeholder} size={9} />
      </TextField>
      {onNudge !== undefined && (
        <>
          <Button
            className={styles.nudge}
            aria-label={t('timeline.nudgeEarlier', { what: label })}
            onPress={() => {
              onNudge(-NUDGE_MS)
            }}
          >
            −
          </Button>
          <Button
            className={styles.nudge}
            aria-label={t('timeline.nudgeLater', { what: label })}
            onPress={() => {
              onNudge(NUDGE_MS)
            }}
          >
            +
          </Button>
        </>
      )}
    </div>
  )
}
