import { describe, expect, test } from 'vitest'
import {
  centredOn,
  clamped,
  detailOf,
  endMs,
  firstView,
  fitted,
  followed,
  isFitted,
  isLargest,
  panned,
  revealed,
  showing,
  spanMs,
  stepMs,
  timeAt,
  xOf,
  zoomed,
  type View,
} from './view'

const HOURS_MS = 3 * 3_600_000
const DURATIONS_MS = [0, 1, 900, 61_000, HOURS_MS]
const WIDTHS_PX = [0, 1, 320, 1_280, 3_840]

function* views(): Generator<View> {
  for (const durationMs of DURATIONS_MS) {
    for (const widthPx of WIDTHS_PX) {
      for (const pxPerMs of [0, 1e-5, 0.014, 0.2, 9]) {
        for (const part of [-1, 0, 0.5, 1, 2]) yield clamped({ startMs: durationMs * part, pxPerMs, widthPx, durationMs })
      }
    }
  }
}

test('a view never shows anything before the start or after the end', () => {
  for (const view of views()) {
    for (const moved of [view, panned(view, 1e7), panned(view, -1e7), zoomed(view, 3, 100), zoomed(view, 0.1, 0), fitted(view)]) {
      expect(moved.startMs).toBeGreaterThanOrEqual(0)
      expect(endMs(moved)).toBeLessThanOrEqual(moved.durationMs + 1e-3 * moved.durationMs + 1e-6)
    }
  }
})

test('every number of a view is finite, whatever it is asked for', () => {
  for (const view of views()) {
    for (const value of Object.values(zoomed(view, 1.6, 50))) expect(Number.isFinite(value)).toBe(true)
  }
})

test('a time is where its place says it is', () => {
  for (const view of views()) {
    const ms = view.startMs + spanMs(view) / 3
    expect(timeAt(view, xOf(view, ms))).toBeCloseTo(ms, 3)
  }
})

test('zooming keeps the time under the pointer where it is', () => {
  const view = clamped({ ...firstView(HOURS_MS, 1_280), startMs: 3_600_000 })
  for (const factor of [0.3, 0.9, 1.1, 4]) {
    for (const x of [200, 640, 1_000]) expect(timeAt(zoomed(view, factor, x), x)).toBeCloseTo(timeAt(view, x), 3)
  }
})

test('zooming in and out again comes back', () => {
  const view = centredOn(firstView(HOURS_MS, 1_280), HOURS_MS / 2)
  expect(zoomed(zoomed(view, 1.6, 640), 1 / 1.6, 640).startMs).toBeCloseTo(view.startMs, 3)
})

test('the whole recording fits, and says so', () => {
  const whole = fitted(firstView(HOURS_MS, 1_280))
  expect(isFitted(whole)).toBe(true)
  expect(isFitted(zoomed(whole, 1.6, 640))).toBe(false)
})

test('the closest look cannot be made closer', () => {
  let view = firstView(HOURS_MS, 1_280)
  for (let times = 0; times < 20; times++) view = zoomed(view, 1.6, 640)
  expect(isLargest(view)).toBe(true)
  expect(spanMs(view)).toBeGreaterThan(2_000)
})

describe('following what plays', () => {
  const view = centredOn(firstView(HOURS_MS, 1_280), 600_000)
  test('leaves the picture where it is while the time is in sight', () => {
    expect(followed(view, 600_000)).toBe(view)
  })
  test('turns the page before the time leaves it', () => {
    const next = followed(view, view.startMs + spanMs(view) * 0.93)
    expect(next.startMs).toBeGreaterThan(view.startMs)
    expect(xOf(next, view.startMs + spanMs(view) * 0.93)).toBeGreaterThan(0)
  })
  test('stays at the end, where there is no next page', () => {
    const last = clamped({ ...view, startMs: HOURS_MS })
    expect(followed(last, HOURS_MS)).toBe(last)
  })
})

test('a time that is in sight moves nothing, another one comes to the middle', () => {
  const view = firstView(HOURS_MS, 1_280)
  expect(showing(view, endMs(view))).toBe(view)
  expect(xOf(showing(view, 5_000_000), 5_000_000)).toBeCloseTo(640, 3)
})

test('a line that was chosen elsewhere comes into sight', () => {
  const view = firstView(HOURS_MS, 1_280)
  const line = { startMs: 5_000_000, endMs: 5_003_000 }
  const shown = revealed(view, line)
  expect(xOf(shown, line.startMs)).toBeGreaterThan(0)
  expect(xOf(shown, line.endMs)).toBeLessThan(1_280)
  expect(revealed(shown, line)).toBe(shown)
})

test('the detail follows how much room a line has', () => {
  const view = firstView(HOURS_MS, 1_280)
  expect(detailOf(view, 2_000)).toBe('blocks')
  expect(detailOf(fitted(view), 2_000)).toBe('heat')
  expect(detailOf(fitted(view), 20)).toBe('blocks')
  expect(detailOf({ ...view, pxPerMs: 0.041 }, 2_000)).toBe('fine')
})

test('the marks of the ruler keep their distance at every size', () => {
  for (const view of views()) expect(stepMs(view) * view.pxPerMs >= 84 || stepMs(view) === 86_400_000).toBe(true)
})
