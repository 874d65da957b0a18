import { problemOf } from '../api/problem'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useRestingLine } from '../studio/useRestingLine'
import { useStore } from '../ui/store'
import { tell } from '../ui/toasts'
import type { Blocks, Span } from './blocks'
import { within } from './dragging'
import type { Scene } from './scene'
import { TimeField } from './TimeField'
import styles from './timeline.module.css'

/** Start and end of the chosen line in numbers: what dragging its block does. */
export function LineTimes({ scene, blocks }: { scene: Scene; blocks: Blocks }) {
  const { t } = useMessages()
  const { edits, lines } = useStudio()
  const selected = useRestingLine()
  const drag = useStore(scene.drag)
  const block = selected === null ? undefined : blocks.byLine.get(selected)
  if (block === undefined) return <p className={styles.nothing}>{t('timeline.chooseLine')}</p>
  const span = drag?.line === block.line ? drag.span : block
  const place = lines.findIndex((line) => line.id === block.line) + 1
  const change = (wanted: Span): boolean => {
    const allowed = within(wanted, scene.room(block))
    if (allowed === null) return false
    if (allowed.startMs === block.startMs && allowed.endMs === block.endMs) return true
    edits.changeHeard(block.line, { start_ms: allowed.startMs, end_ms: allowed.endMs }).catch((thrown: unknown) => {
      tell(t('timeline.notMoved', { why: problemOf(thrown).message }))
    })
    return true
  }
  return (
    <div role="group" aria-label={t('timeline.line', { n: place })} className={styles.times}>
      <span className={styles.lineName}>{t('timeline.line', { n: place })}</span>
      <TimeField
        key={`start-${String(block.line)}`}
        label={t('timeline.start')}
        valueMs={span.startMs}
        onTime={(startMs) => change({ startMs, endMs: block.endMs })}
        onNudge={(byMs) => change({ startMs: block.startMs + byMs, endMs: block.endMs })}
      />
      <TimeField
        key={`end-${String(block.line)}`}
        label={t('timeline.end')}
        valueMs={span.endMs}
        onTime={(endMs) => change({ startMs: block.startMs, endMs })}
        onNudge={(byMs) => change({ startMs: block.startMs, endMs: block.endMs + byMs })}
      />
    </div>
  )
}
