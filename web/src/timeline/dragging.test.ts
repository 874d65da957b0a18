import { expect, test } from 'vitest'
import type { Span } from './blocks'
import { dragged, hasMoved, SHORTEST_MS, within, type Drag } from './dragging'
import type { Part } from './hit'
import { snapped } from './snapping'

const LINE: Span = { startMs: 2_000, endMs: 4_000 }
const ROOM: Span = { startMs: 1_000, endMs: 6_000 }
const free = (ms: number) => ms

function drag(part: Part, byMs: number, { span = LINE, snap = free } = {}): Drag | null {
  const grabbed = dragged(null, { type: 'grab', line: 7, part, atMs: 3_000, span, room: ROOM })
  return dragged(grabbed, { type: 'move', toMs: 3_000 + byMs, snap })
}

test.each<[Part, number, Span]>([
  ['start', -500, { startMs: 1_500, endMs: 4_000 }],
  ['end', 500, { startMs: 2_000, endMs: 4_500 }],
  ['middle', 750, { startMs: 2_750, endMs: 4_750 }],
])('dragging the %s moves it by as much', (part, byMs, span) => {
  expect(drag(part, byMs)?.span).toEqual(span)
})

test.each<[Part, number, Span]>([
  ['start', -9_000, { startMs: 1_000, endMs: 4_000 }],
  ['end', 9_000, { startMs: 2_000, endMs: 6_000 }],
  ['middle', -9_000, { startMs: 1_000, endMs: 3_000 }],
  ['middle', 9_000, { startMs: 4_000, endMs: 6_000 }],
])('the %s stops where the same speaker goes on', (part, byMs, span) => {
  expect(drag(part, byMs)?.span).toEqual(span)
})

test('a line does not become shorter than it can be heard', () => {
  expect(drag('start', 9_000)?.span).toEqual({ startMs: 4_000 - SHORTEST_MS, endMs: 4_000 })
  expect(drag('end', -9_000)?.span).toEqual({ startMs: 2_000, endMs: 2_000 + SHORTEST_MS })
})

test('wherever a line is dragged, it stays in its room, whole, and in its order', () => {
  for (const part of ['start', 'middle', 'end'] as const) {
    for (const span of [LINE, { startMs: 1_000, endMs: 6_000 }, { startMs: 5_950, endMs: 6_000 }]) {
      for (let byMs = -8_000; byMs <= 8_000; byMs += 333) {
        const moved = drag(part, byMs, { span })?.span ?? LINE
        expect(moved.startMs).toBeGreaterThanOrEqual(ROOM.startMs)
        expect(moved.endMs).toBeLessThanOrEqual(ROOM.endMs)
        expect(moved.endMs).toBeGreaterThan(moved.startMs)
        if (part === 'middle') expect(moved.endMs - moved.startMs).toBe(span.endMs - span.startMs)
      }
    }
  }
})

test('an edge that is near takes hold of the end that is dragged', () => {
  const snap = (ms: number) => snapped(ms, [4_300], 60)
  expect(drag('end', 260, { snap })?.span.endMs).toBe(4_300)
  expect(drag('middle', 260, { snap })?.span).toEqual({ startMs: 2_300, endMs: 4_300 })
})

test('a drag that is cancelled leaves nothing behind', () => {
  expect(dragged(drag('start', 100), { type: 'cancel' })).toBeNull()
})

test('a pointer that moves without having grabbed anything does nothing', () => {
  expect(dragged(null, { type: 'move', toMs: 5, snap: free })).toBeNull()
})

test('a line that was put back where it was has not moved', () => {
  const there = drag('middle', 500)
  const back = dragged(there, { type: 'move', toMs: 3_000, snap: free })
  expect([there, back].map((one) => one !== null && hasMoved(one))).toEqual([true, false])
})

test('times that a person writes are held to the same room', () => {
  expect(within({ startMs: 0, endMs: 9_000 }, ROOM)).toEqual(ROOM)
  expect(within({ startMs: 3_900, endMs: 4_000 }, ROOM)).toBeNull()
  expect(within({ startMs: 5_000, endMs: 4_000 }, ROOM)).toBeNull()
})
