import type { Span } from './blocks'
import type { Part } from './hit'

/** A line's place while a person drags it. */
export interface Drag {
  readonly line: number
  readonly part: Part
  readonly fromMs: number
  readonly original: Span
  /** How far it may reach. */
  readonly room: Span
  readonly span: Span
}

export type DragEvent =
  | { type: 'grab'; line: number; part: Part; atMs: number; span: Span; room: Span }
  | { type: 'move'; toMs: number; snap: (ms: number) => number }
  | { type: 'cancel' }

export const SHORTEST_MS = 200

/** What a drag becomes; null when nothing is dragged. */
export function dragged(drag: Drag | null, event: DragEvent): Drag | null {
  if (event.type === 'cancel') return null
  if (event.type === 'grab') {
    const { line, part, atMs, span, room } = event
    return { line, part, fromMs: atMs, original: span, room, span }
  }
  return drag === null ? null : { ...drag, span: moved(drag, event.toMs - drag.fromMs, event.snap) }
}

export function hasMoved(drag: Drag): boolean {
  return drag.span.startMs !== drag.original.startMs || drag.span.endMs !== drag.original.endMs
}

/** A span that a person asks for, within its room and not too short; null where there is no place for it. */
export function within(span: Span, room: Span): Span | null {
  const startMs = Math.round(Math.max(room.startMs, span.startMs))
  const endMs = Math.round(Math.min(room.endMs, span.endMs))
  return endMs - startMs >= SHORTEST_MS ? { startMs, endMs } : null
}

function moved(drag: Drag, byMs: number, snap: (ms: number) => number): Span {
  const { original, room } = drag
  if (drag.part === 'middle') return slid(original, room, byMs, snap)
  if (drag.part === 'start') {
    const latest = Math.max(room.startMs, original.endMs - shortestOf(original))
    return { startMs: between(snap(original.startMs + byMs), room.startMs, latest), endMs: original.endMs }
  }
  const earliest = Math.min(room.endMs, original.startMs + shortestOf(original))
  return { startMs: original.startMs, endMs: between(snap(original.endMs + byMs), earliest, room.endMs) }
}

/** The whole line moves; the end that finds an edge first takes the other with it. */
function slid(original: Span, room: Span, byMs: number, snap: (ms: number) => number): Span {
  const lengthMs = original.endMs - original.startMs
  const wantedMs = original.startMs + byMs
  const byStart = snap(wantedMs)
  const byEnd = snap(wantedMs + lengthMs) - lengthMs
  const snappedMs = byStart !== wantedMs ? byStart : byEnd
  const startMs = between(snappedMs, room.startMs, Math.max(room.startMs, room.endMs - lengthMs))
  return { startMs, endMs: startMs + lengthMs }
}

// A line that is already shorter than the least may stay as it is.
function shortestOf(span: Span): number {
  return Math.min(SHORTEST_MS, span.endMs - span.startMs)
}

function between(ms: number, lowest: number, highest: number): number {
  return Math.round(Math.max(lowest, Math.min(highest, ms)))
}
