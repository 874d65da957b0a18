import type { KeyboardEvent, PointerEvent } from 'react'
import layout from './layout.module.css'

interface Props {
  label: string
  /** The direction of the line itself. */
  orientation: 'vertical' | 'horizontal'
  value: number
  bounds: { least: number; most: number }
  step: number
  onChange: (value: number) => void
  /** The value that a pointer at this place asks for. */
  valueAt: (event: PointerEvent<HTMLElement>) => number
}

/** A line between two parts, to be moved by pointer or keyboard. */
export function Splitter({ label, orientation, value, bounds, step, onChange, valueAt }: Props) {
  const press = (event: KeyboardEvent<HTMLElement>) => {
    const asked = askedBy(event, value, bounds, step)
    if (asked === null) return
    event.preventDefault()
    onChange(asked)
  }
  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={label}
      aria-orientation={orientation}
      aria-valuenow={value}
      aria-valuemin={bounds.least}
      aria-valuemax={bounds.most}
      className={layout.splitter}
      onKeyDown={press}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId)
      }}
      onPointerMove={(event) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) onChange(valueAt(event))
      }}
    />
  )
}

function askedBy(event: KeyboardEvent<HTMLElement>, value: number, bounds: Props['bounds'], step: number): number | null {
  const isRightToLeft = getComputedStyle(event.currentTarget).direction === 'rtl'
  const steps: Readonly<Record<string, number>> = {
    ArrowRight: isRightToLeft ? -step : step,
    ArrowLeft: isRightToLeft ? step : -step,
    ArrowUp: step,
    ArrowDown: -step,
  }
  if (event.key === 'Home') return bounds.least
  if (event.key === 'End') return bounds.most
  const by = steps[event.key]
  return by === undefined ? null : value + by
}
