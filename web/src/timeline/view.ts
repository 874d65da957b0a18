/** Which part of a recording is shown, and how large. Time runs left to right in every language. */
export interface View {
  readonly startMs: number
  readonly pxPerMs: number
  readonly widthPx: number
  readonly durationMs: number
}

export type Detail = 'heat' | 'blocks' | 'fine'

const LARGEST_PX_PER_MS = 0.4
const FIRST_PX_PER_MS = 0.014
const FINE_PX_PER_MS = 0.04
const SMALLEST_BLOCK_PX = 6
const LABEL_PX = 84
const STEPS_MS = [100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000]
const DAY_MS = 86_400_000

/** The beginning of a recording at a size where lines can be read. */
export function firstView(durationMs: number, widthPx: number): View {
  return clamped({ startMs: 0, pxPerMs: FIRST_PX_PER_MS, widthPx, durationMs })
}

/** Nothing is shown before the start or after the end, and nothing larger or smaller than serves. */
export function clamped(view: View): View {
  const widthPx = Math.max(1, view.widthPx)
  const durationMs = Math.max(1, view.durationMs)
  const smallest = widthPx / durationMs
  const pxPerMs = Math.max(smallest, Math.min(Math.max(LARGEST_PX_PER_MS, smallest), view.pxPerMs))
  const latestMs = Math.max(0, durationMs - widthPx / pxPerMs)
  return { startMs: Math.max(0, Math.min(latestMs, view.startMs)), pxPerMs, widthPx, durationMs }
}

export function spanMs(view: View): number {
  return view.widthPx / view.pxPerMs
}

export function endMs(view: View): number {
  return view.startMs + spanMs(view)
}

export function xOf(view: View, ms: number): number {
  return (ms - view.startMs) * view.pxPerMs
}

/** The time at a place, within the recording. */
export function timeAt(view: View, x: number): number {
  return Math.max(0, Math.min(view.durationMs, view.startMs + x / view.pxPerMs))
}

/** Larger or smaller by `factor`; the time at `x` stays where it is. */
export function zoomed(view: View, factor: number, x: number): View {
  const ms = view.startMs + x / view.pxPerMs
  const size = clamped({ ...view, pxPerMs: view.pxPerMs * factor })
  return clamped({ ...size, startMs: ms - x / size.pxPerMs })
}

export function panned(view: View, px: number): View {
  return clamped({ ...view, startMs: view.startMs + px / view.pxPerMs })
}

export function fitted(view: View): View {
  return clamped({ ...view, startMs: 0, pxPerMs: 0 })
}

export function isFitted(view: View): boolean {
  return spanMs(view) >= view.durationMs - 1
}

export function isLargest(view: View): boolean {
  return view.pxPerMs >= Math.max(LARGEST_PX_PER_MS, view.widthPx / view.durationMs) * 0.999
}

export function centredOn(view: View, ms: number): View {
  return clamped({ ...view, startMs: ms - spanMs(view) / 2 })
}

/** The same view while `ms` stays well inside it; else the next one, with `ms` near its start. */
export function followed(view: View, ms: number): View {
  const span = spanMs(view)
  if (ms >= view.startMs && ms <= view.startMs + span * 0.92) return view
  const next = clamped({ ...view, startMs: ms - span * 0.08 })
  return next.startMs === view.startMs ? view : next
}

/** The same view where a time is in sight; else one with the time in its middle. */
export function showing(view: View, ms: number): View {
  return ms >= view.startMs && ms <= endMs(view) ? view : centredOn(view, ms)
}

/** The same view where a line is in sight; else one with the line a fifth from its start. */
export function revealed(view: View, line: { startMs: number; endMs: number }): View {
  const span = spanMs(view)
  const isInSight = line.endMs > view.startMs + span * 0.02 && line.startMs < view.startMs + span * 0.95
  return isInSight ? view : clamped({ ...view, startMs: line.startMs - span * 0.2 })
}

/** Blocks become a strip of problems where they would be too narrow to tell apart. */
export function detailOf(view: View, lines: number): Detail {
  const pxPerLine = lines === 0 ? Infinity : (view.durationMs * view.pxPerMs) / lines
  if (pxPerLine < SMALLEST_BLOCK_PX) return 'heat'
  return view.pxPerMs > FINE_PX_PER_MS ? 'fine' : 'blocks'
}

/** How far apart the ruler's marks stand, so that their times do not touch. */
export function stepMs(view: View): number {
  return STEPS_MS.find((step) => step * view.pxPerMs >= LABEL_PX) ?? DAY_MS
}
