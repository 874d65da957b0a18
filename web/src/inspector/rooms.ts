import type { Line } from '../api/types'

/** A stretch of time in which a line may be put. */
export interface Room {
  startMs: number
  endMs: number
}

const USUAL_MS = 2_000
const SHORTEST_MS = 300

/** The time before a line that nobody fills, as far as a short line needs it; null where there is none. */
export function insertBefore(lines: readonly Line[], line: Line): Room | null {
  const before = lines.filter((one) => one.span.start_ms < line.span.start_ms && one !== line)
  const from = Math.max(0, ...before.map((one) => Math.min(one.span.end_ms, line.span.start_ms)))
  return room(Math.max(from, line.span.start_ms - USUAL_MS), line.span.start_ms)
}

/** The same after a line. `endMs` is the end of the video, null if that is not known. */
export function insertAfter(lines: readonly Line[], line: Line, endMs: number | null): Room | null {
  const next = lines.find((one) => one.span.start_ms >= line.span.end_ms && one !== line)
  const until = next?.span.start_ms ?? endMs ?? Infinity
  return room(line.span.end_ms, Math.min(until, line.span.end_ms + USUAL_MS))
}

function room(startMs: number, endMs: number): Room | null {
  return endMs - startMs >= SHORTEST_MS ? { startMs, endMs } : null
}
