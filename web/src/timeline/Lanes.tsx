import { useEffect, useEffectEvent, useRef } from 'react'
import { problemOf } from '../api/problem'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { tell } from '../ui/toasts'
import type { Block } from './blocks'
import type { Drag } from './dragging'
import type { Hit } from './hit'
import { stageLanes } from './lanesStage'
import { LineHint } from './LineHint'
import type { Scene } from './scene'
import styles from './timeline.module.css'

/** The ruler and the two lanes. Everything that can be done here can be done in the list and the fields too. */
export function Lanes({ scene }: { scene: Scene }) {
  const { t } = useMessages()
  const { player, edits, selectLine } = useStudio()
  const picture = useRef<HTMLCanvasElement>(null)
  const playhead = useRef<HTMLCanvasElement>(null)
  const select = useEffectEvent((line: number) => {
    selectLine(line)
  })
  const playLine = useEffectEvent((block: Block, hit: Hit) => {
    const span = hit.row === 'dub' && block.dub !== null ? block.dub : block
    player.playSpan(span.startMs, span.endMs)
  })
  const move = useEffectEvent((drag: Drag) => {
    edits.changeHeard(drag.line, { start_ms: drag.span.startMs, end_ms: drag.span.endMs }).catch((thrown: unknown) => {
      tell(t('timeline.notMoved', { why: problemOf(thrown).message }))
    })
  })
  useEffect(() => {
    if (picture.current === null || playhead.current === null) return
    const canvases = { picture: picture.current, playhead: playhead.current }
    return stageLanes(scene, canvases, player, {
      seek: player.seek,
      select: (line) => {
        select(line)
      },
      playLine: (block, hit) => {
        playLine(block, hit)
      },
      move: (drag) => {
        move(drag)
      },
    })
  }, [scene, player])
  return (
    <div className={styles.lanes} dir="ltr" aria-hidden="true">
      <div className={styles.names}>
        <span className={styles.original} dir="auto">{t('timeline.original')}</span>
        <span className={styles.dub} dir="auto">{t('timeline.dub')}</span>
      </div>
      <div className={styles.picture}>
        <canvas ref={picture} className={styles.canvas} data-testid="timeline" />
        <canvas ref={playhead} className={styles.above} data-testid="timeline-above" />
        <LineHint scene={scene} />
      </div>
    </div>
  )
}
