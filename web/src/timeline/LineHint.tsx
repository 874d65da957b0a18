import { createPortal } from 'react-dom'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useStore } from '../ui/store'
import type { Scene } from './scene'
import styles from './timeline.module.css'

const AWAY_PX = 14

/** What the line under the pointer says. The list says the same to everybody. */
export function LineHint({ scene }: { scene: Scene }) {
  const { t } = useMessages()
  const { script, language } = useStudio()
  const hovered = useStore(scene.hovered)
  if (hovered === null || hovered.hit.block === null) return null
  const { block, row } = hovered.hit
  const isDub = row === 'dub'
  const side = hovered.x < innerWidth / 2 ? { left: hovered.x + AWAY_PX } : { right: innerWidth - hovered.x + AWAY_PX }
  // The timeline's own room would cut it off.
  return createPortal(
    <div className={styles.hint} style={{ ...side, bottom: innerHeight - hovered.y + AWAY_PX }} aria-hidden="true">
      <p className={styles.hintText} lang={isDub ? language : script?.source_language} dir="auto">
        {(isDub ? block.targetText : block.sourceText) || t('timeline.noText')}
      </p>
      {isDub && block.needsLook && <p className={styles.hintLook}>{t('timeline.needsLook')}</p>}
      {isDub && block.isStale && <p>{t('timeline.notSpoken')}</p>}
      <p className={styles.hintHow}>{t(isDub ? 'timeline.howDub' : 'timeline.howOriginal')}</p>
    </div>,
    document.body,
  )
}
