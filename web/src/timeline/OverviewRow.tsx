import { useEffect, useRef } from 'react'
import { useStudio } from '../studio/context'
import { Looking } from './Looking'
import { stageOverview } from './overviewStage'
import type { Scene } from './scene'
import styles from './timeline.module.css'

/** The whole recording in one row, and the buttons to look around in it. */
export function OverviewRow({ scene }: { scene: Scene }) {
  const { player } = useStudio()
  const picture = useRef<HTMLCanvasElement>(null)
  const marks = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    if (picture.current === null || marks.current === null) return
    return stageOverview(scene, { picture: picture.current, marks: marks.current }, player.clock, player.seek)
  }, [scene, player])
  return (
    <div className={styles.overview} dir="ltr">
      <div className={styles.whole} aria-hidden="true">
        <canvas ref={picture} className={styles.canvas} data-testid="overview" />
        <canvas ref={marks} className={styles.above} data-testid="overview-above" />
      </div>
      <Looking scene={scene} />
    </div>
  )
}
