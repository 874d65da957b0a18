import { useCallback, useEffect, useMemo, useState } from 'react'
import { ToggleButton } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useClock } from '../player/useClock'
import { useStore } from '../ui/store'
import { blocksOf } from './blocks'
import { Lanes } from './Lanes'
import { LineTimes } from './LineTimes'
import { OverviewRow } from './OverviewRow'
import { Scene } from './scene'
import { TimeField } from './TimeField'
import styles from './timeline.module.css'
import { useSounds } from './useSounds'

/** The project over time: what was said, where the dub of it lies, and the whole of it in one row. */
export function Timeline() {
  const { t } = useMessages()
  const { project, language, lines, player, selection } = useStudio()
  const [scene] = useState(() => new Scene())
  const onPage = useCallback(() => {
    scene.arrivals.set(scene.arrivals.get() + 1)
  }, [scene])
  const sounds = useSounds(project, language, onPage)
  const blocks = useMemo(() => blocksOf(lines), [lines])
  const following = useStore(scene.following)
  const heardMs = useClock(player.clock, (clock) => clock.durationMs)
  const durationMs = Math.max(heardMs, project.source?.duration_ms ?? 0, lines.at(-1)?.span.end_ms ?? 0)
  const hasLines = blocks.all.length > 0

  useEffect(() => {
    scene.setDuration(durationMs)
  }, [scene, durationMs])
  useEffect(() => {
    const show = () => {
      scene.shown.set({ blocks, sounds, selected: selection.get() })
    }
    show()
    return selection.subscribe(show)
  }, [scene, blocks, sounds, selection])
  useEffect(() => {
    const reveal = () => {
      const line = selection.get()
      if (hasLines && line !== null) scene.reveal(line)
    }
    reveal()
    return selection.subscribe(reveal)
  }, [scene, hasLines, selection])

  const goTo = (ms: number): boolean => {
    if (ms > durationMs) return false
    player.seek(ms)
    scene.show(ms)
    return true
  }
  return (
    <div className={styles.timeline}>
      <div className={styles.head}>
        <LineTimes scene={scene} blocks={blocks} />
        {sounds.original.coarse === null && <p className={styles.quiet}>{t('timeline.noSound')}</p>}
        <div className={styles.going}>
          <TimeField label={t('timeline.goTo')} valueMs={null} onTime={goTo} placeholder="0:00" />
          <ToggleButton className={styles.follow} aria-label={t('timeline.followWhat')} isSelected={following} onChange={scene.following.set}>
            {t('timeline.follow')}
          </ToggleButton>
        </div>
      </div>
      <Lanes scene={scene} />
      <OverviewRow scene={scene} />
    </div>
  )
}
