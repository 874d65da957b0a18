import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { lineFrom } from '../lines/picking'
import { stretchOf } from '../lines/playing'
import buttons from '../ui/buttons.module.css'
import styles from './inspector.module.css'

/** Which line it is, and the way to those beside it. */
export function LineHead({ line }: { line: Line }) {
  const { t } = useMessages()
  const { lines, selectLine, player } = useStudio()
  const place = lines.indexOf(line)
  const go = (steps: number) => {
    const to = lineFrom(lines, line.id, steps)
    if (to !== null) selectLine(to.id, { seek: true })
  }
  return (
    <header className={styles.head}>
      <h2 className={styles.title}>{t('lines.inspector.title', { n: place + 1, of: lines.length })}</h2>
      <Button
        className={`${buttons.plain} ${buttons.icon}`}
        aria-label={t('lines.inspector.play')}
        onPress={() => {
          const { startMs, endMs } = stretchOf(line, player.voice.get())
          player.playSpan(startMs, endMs)
        }}
      >
        <span className={styles.playMark} aria-hidden="true">
          ▶
        </span>
      </Button>
      <Button
        className={`${buttons.plain} ${buttons.icon}`}
        aria-label={t('lines.inspector.previous')}
        isDisabled={place === 0}
        onPress={() => {
          go(-1)
        }}
      >
        ↑
      </Button>
      <Button
        className={`${buttons.plain} ${buttons.icon}`}
        aria-label={t('lines.inspector.next')}
        isDisabled={place === lines.length - 1}
        onPress={() => {
          go(1)
        }}
      >
        ↓
      </Button>
    </header>
  )
}
