import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useRef, type KeyboardEvent } from 'react'
import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useSelectedLine, useStudio } from '../studio/context'
import { useStore } from '../ui/store'
import buttons from '../ui/buttons.module.css'
import { LineRow } from './LineRow'
import { lineFrom } from './picking'
import { usePlayingLine } from './playing'
import { useLineKeys } from './useLineKeys'
import { resetView, viewStore } from './view'
import styles from './lines.module.css'

interface Props {
  shown: readonly Line[]
  /** The places of those that have the text that is looked for. */
  places: readonly number[]
}

const USUAL_HEIGHT_PX = 64
const PAGE = 8
const STEPS: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE, Home: -Infinity, End: Infinity }

/** The rows that can be seen, of however many lines there are. */
export function LineList({ shown, places }: Props) {
  const { t } = useMessages()
  const { lines, player, selectLine } = useStudio()
  const selectedLine = useSelectedLine()
  const { follows } = useStore(viewStore)
  const scroller = useRef<HTMLDivElement>(null)
  const playing = usePlayingLine(lines, player)
  // The compiler leaves this component alone; its rows are memoized by hand.
  // eslint-disable-next-line react-hooks/incompatible-library
  const rows = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => USUAL_HEIGHT_PX,
    getItemKey: (place) => shown[place]?.id ?? place,
    overscan: 3,
    scrollPaddingStart: 8,
    scrollPaddingEnd: 8,
  })
  const scrollTo = useCallback(
    (line: number, align: 'auto' | 'center') => {
      const place = shown.findIndex((one) => one.id === line)
      if (place !== -1) rows.scrollToIndex(place, { align })
    },
    [rows, shown],
  )
  const goTo = useCallback(
    (line: Line | null) => {
      if (line === null) return
      selectLine(line.id, { seek: !player.playing.get() })
      scrollTo(line.id, 'auto')
      focusRow(scroller.current, line.id)
    },
    [selectLine, player, scrollTo],
  )
  useLineKeys({ shown, goTo, list: scroller })
  useEffect(() => {
    if (selectedLine !== null) scrollTo(selectedLine, 'auto')
    // The list goes to a line when it is selected, not whenever lines change.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selectedLine])
  useEffect(() => {
    const isWriting = document.activeElement instanceof HTMLTextAreaElement && scroller.current?.contains(document.activeElement) === true
    if (follows && playing !== null && player.playing.get() && !isWriting) scrollTo(playing, 'center')
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [playing, follows])

  const onKeyDown = (event: KeyboardEvent) => {
    const steps = STEPS[event.key]
    if (steps === undefined || !(event.target instanceof HTMLElement) || event.target.dataset['line'] === undefined) return
    event.preventDefault()
    goTo(lineFrom(shown, Number(event.target.dataset['line']), steps))
  }

  if (shown.length === 0) {
    return (
      <div className={styles.empty}>
        <p>{t('lines.noMatch')}</p>
        <Button className={buttons.plain} onPress={resetView}>
          {t('lines.showAll')}
        </Button>
      </div>
    )
  }
  const isSelectedShown = shown.some((line) => line.id === selectedLine)
  const wanted = new Set(places)
  return (
    <div ref={scroller} className={styles.scroller}>
      <div role="feed" aria-label={t('lines.title')} className={styles.feed} style={{ blockSize: rows.getTotalSize() }} onKeyDown={onKeyDown}>
        {rows.getVirtualItems().map(({ index, start, key }, nth) => {
          const line = shown[index]
          if (line === undefined) return null
          return (
            <div key={key} ref={rows.measureElement} data-index={index} className={styles.place} style={{ transform: `translateY(${String(start)}px)` }}>
              <LineRow
                line={line}
                place={index}
                of={shown.length}
                isSelected={line.id === selectedLine}
                isPlaying={line.id === playing}
                isFound={wanted.has(index)}
                isReachable={!isSelectedShown && nth === 0}
              />
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Focuses a row as soon as it is there: one that was far away is not rendered yet. */
function focusRow(list: HTMLElement | null, line: number, tries = 5): void {
  const row = list?.querySelector<HTMLElement>(`[data-line="${String(line)}"]`)
  if (row != null) row.focus({ preventScroll: true })
  else if (tries > 0) requestAnimationFrame(() => { focusRow(list, line, tries - 1) })
}
