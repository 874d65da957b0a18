import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import { TimeField } from './TimeField'
import styles from './inspector.module.css'

const SHORTEST_MS = 100

/** From when to when the original says this line. */
export function LineTimes({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits, project } = useStudio()
  const change = useChanging()
  const { start_ms, end_ms } = line.span
  const longestMs = project.source?.duration_ms ?? Infinity
  return (
    <div className={styles.pair}>
      <TimeField
        label={t('lines.start')}
        ms={start_ms}
        least={0}
        most={end_ms - SHORTEST_MS}
        onChange={(ms) => {
          change(() => edits.changeHeard(line.id, { start_ms: ms }))
        }}
      />
      <TimeField
        label={t('lines.end')}
        ms={end_ms}
        least={start_ms + SHORTEST_MS}
        most={longestMs}
        onChange={(ms) => {
          change(() => edits.changeHeard(line.id, { end_ms: ms }))
        }}
      />
    </div>
  )
}
