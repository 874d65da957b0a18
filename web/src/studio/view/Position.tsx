import type { CSSProperties } from 'react'
import { useMessages } from '../../i18n/messages'
import type { DubPlayer } from '../../player/dubPlayer'
import { useClock } from '../../player/useClock'
import { clock } from '../../ui/clock'
import view from './view.module.css'

const TENTH_MS = 100
const STEP_MS = 1_000

/**
 * Where playback is, to be moved.
 *
 * React Aria's slider would say a bare number of milliseconds; this one says a time. Time runs from left to right in
 * every language, as in the timeline.
 */
export function Position({ player }: { player: DubPlayer }) {
  const { t } = useMessages()
  const nowMs = useClock(player.clock, (told) => Math.floor(told.nowMs / TENTH_MS) * TENTH_MS)
  const durationMs = useClock(player.clock, (told) => told.durationMs)
  const share = durationMs === 0 ? 0 : Math.min(1, nowMs / durationMs)
  return (
    <input
      type="range"
      dir="ltr"
      className={`${view.range} ${view.position}`}
      style={{ '--share': share } as CSSProperties}
      aria-label={t('studio.position')}
      aria-valuetext={t('studio.position.at', { at: clock(nowMs), of: clock(durationMs) })}
      min={0}
      max={Math.max(1, durationMs)}
      step={STEP_MS}
      value={nowMs}
      disabled={durationMs === 0}
      onChange={(event) => {
        player.seek(event.currentTarget.valueAsNumber)
      }}
    />
  )
}

/** The time in figures. It is read out by the slider, so here it is for the eye alone. */
export function TimeText({ player }: { player: DubPlayer }) {
  const now = useClock(player.clock, (told) => clock(told.nowMs, { tenths: true }))
  const whole = useClock(player.clock, (told) => clock(told.durationMs))
  return (
    <span className={view.time} aria-hidden="true" dir="ltr">
      {now} <span className={view.whole}>/ {whole}</span>
    </span>
  )
}
