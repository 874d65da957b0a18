import { useId, type CSSProperties, type PointerEvent, type ReactNode } from 'react'
import { useMessages } from '../../i18n/messages'
import { useStore } from '../../ui/store'
import { LINES_PERCENT, resize, sizesStore, TIMELINE_PX } from './sizes'
import { Splitter } from './Splitter'
import layout from './layout.module.css'

interface Props {
  lines: ReactNode
  video: ReactNode
  tabs: ReactNode
  /** Left out: there is no time to show yet. */
  timeline: ReactNode
}

/** Lines and video side by side over the timeline, in as much room as each was given. */
export function WideLayout({ lines, video, tabs, timeline }: Props) {
  const { t } = useMessages()
  const sizes = useStore(sizesStore)
  const linesId = useId()
  const room = { '--lines': `${String(sizes.linesPercent)}%`, '--timeline': `${String(sizes.timelinePx)}px` } as CSSProperties
  return (
    <div className={layout.wide} style={room}>
      <div className={layout.middle}>
        <section id={linesId} className={layout.lines} aria-label={t('studio.lines')}>
          {lines}
        </section>
        <Splitter
          label={t('studio.split.lines')}
          orientation="vertical"
          value={sizes.linesPercent}
          bounds={LINES_PERCENT}
          step={2}
          onChange={(linesPercent) => {
            resize({ linesPercent })
          }}
          valueAt={percentAt}
        />
        <section className={layout.side} aria-label={t('studio.side')}>
          {video}
          {tabs}
        </section>
      </div>
      {timeline !== false && (
        <>
          <Splitter
            label={t('studio.split.timeline')}
            orientation="horizontal"
            value={sizes.timelinePx}
            bounds={TIMELINE_PX}
            step={16}
            onChange={(timelinePx) => {
              resize({ timelinePx })
            }}
            valueAt={heightAt}
          />
          <section className={layout.timeline} aria-label={t('studio.timeline')}>
            {timeline}
          </section>
        </>
      )}
    </div>
  )
}

function percentAt(event: PointerEvent<HTMLElement>): number {
  const around = event.currentTarget.parentElement?.getBoundingClientRect()
  if (around === undefined) return Number.NaN
  const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl'
  const fromStart = isRightToLeft ? around.right - event.clientX : event.clientX - around.left
  return (fromStart / around.width) * 100
}

function heightAt(event: PointerEvent<HTMLElement>): number {
  const around = event.currentTarget.parentElement?.getBoundingClientRect()
  return around === undefined ? Number.NaN : around.bottom - event.clientY
}
