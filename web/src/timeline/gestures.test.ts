import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Line } from '../api/types'
import { blocksOf } from './blocks'
import { LaneGestures } from './gestures'
import { Scene } from './scene'
import { NO_SOUND } from './sound'

/** Three lines of one speaker at 14 px a second: from 0, 14 and 140 px, each 4 s long. */
const lines = [0, 6_000, 12_000].map(
  (startMs, at) =>
    ({
      id: at + 1,
      speaker: 'S1',
      span: { start_ms: startMs, end_ms: startMs + 4_000 },
      source_text: '',
      placed_start_ms: startMs,
      placed_end_ms: startMs + 4_000,
      stale: false,
      look: [],
    }) as unknown as Line,
)
const ORIGINAL_Y = 40
const DUB_Y = 90

let scene: Scene
let on: HTMLElement
let gestures: LaneGestures
const actions = { seek: vi.fn(), select: vi.fn(), playLine: vi.fn(), move: vi.fn() }

beforeEach(() => {
  vi.resetAllMocks()
  scene = new Scene()
  scene.setSize(1_400, 120)
  scene.setDuration(600_000)
  scene.shown.set({ blocks: blocksOf(lines), sounds: { original: NO_SOUND, dub: NO_SOUND }, selected: null })
  on = document.createElement('div')
  on.setPointerCapture = vi.fn()
  document.body.append(on)
  gestures = new LaneGestures(scene, on, actions)
})

afterEach(() => {
  gestures.stop()
  on.remove()
})

/** jsdom lays nothing out, so the place is written onto the event. */
function send(type: string, x: number, y: number, more: Record<string, unknown> = {}) {
  const event = new Event(type, { bubbles: true, cancelable: true })
  const told = { offsetX: x, offsetY: y, clientX: x, clientY: y, button: 0, pointerId: 1, pointerType: 'mouse', altKey: false, ...more }
  for (const [name, value] of Object.entries(told)) Object.defineProperty(event, name, { value })
  on.dispatchEvent(event)
}

function drag(fromX: number, toX: number, y: number, more: Record<string, unknown> = {}) {
  send('pointerdown', fromX, y, more)
  send('pointermove', (fromX + toX) / 2, y, more)
  send('pointermove', toX, y, more)
}

test('a click seeks, and chooses the line that it is on', () => {
  send('pointerdown', 100, ORIGINAL_Y)
  send('pointerup', 100, ORIGINAL_Y)
  expect(actions.select).toHaveBeenCalledWith(2)
  expect(actions.seek.mock.calls[0]?.[0]).toBeCloseTo(100 / 0.014, 3)
})

test('a drag over the ground looks elsewhere, and following stops', () => {
  scene.view.set({ ...scene.view.get(), startMs: 100_000 })
  drag(600, 460, ORIGINAL_Y)
  send('pointerup', 460, ORIGINAL_Y)
  expect(scene.view.get().startMs).toBeCloseTo(110_000, 3)
  expect(scene.following.get()).toBe(false)
  expect(actions.seek).not.toHaveBeenCalled()
})

test('a block that is dragged shows where it will be, and moves when it is let go', () => {
  drag(110, 124, ORIGINAL_Y, { altKey: true })
  expect(scene.drag.get()?.span).toEqual({ startMs: 7_000, endMs: 11_000 })
  expect(actions.move).not.toHaveBeenCalled()
  send('pointerup', 124, ORIGINAL_Y)
  expect(actions.move.mock.calls[0]?.[0]).toMatchObject({ line: 2, span: { startMs: 7_000, endMs: 11_000 } })
})

test('Escape puts a block back, and letting go then does nothing', () => {
  drag(110, 124, ORIGINAL_Y)
  window.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))
  send('pointerup', 124, ORIGINAL_Y)
  expect(scene.drag.get()).toBeNull()
  expect(actions.move).not.toHaveBeenCalled()
})

test('the dub cannot be dragged: a drag over it looks elsewhere', () => {
  drag(110, 60, DUB_Y)
  send('pointerup', 60, DUB_Y)
  expect(scene.drag.get()).toBeNull()
  expect(scene.view.get().startMs).toBeGreaterThan(0)
})

test('a finger moves only the line that is chosen', () => {
  drag(110, 60, ORIGINAL_Y, { pointerType: 'touch' })
  expect(scene.drag.get()).toBeNull()
  expect(scene.view.get().startMs).toBeGreaterThan(0)
})

test('an edge takes hold of a neighbour, unless Alt is held', () => {
  scene.view.set({ ...scene.view.get(), startMs: 0 })
  drag(139, 165, ORIGINAL_Y)
  expect(scene.drag.get()?.span.endMs).toBe(12_000)
  send('pointermove', 163, ORIGINAL_Y, { altKey: true })
  expect(scene.drag.get()?.span.endMs).toBeLessThan(12_000)
})

test('two fingers that part make the picture larger around their middle', () => {
  const before = scene.view.get().pxPerMs
  const touch = (type: string, x: number, pointerId: number) => {
    send(type, x, ORIGINAL_Y, { pointerId, pointerType: 'touch' })
  }
  touch('pointerdown', 600, 1)
  touch('pointerdown', 700, 2)
  touch('pointermove', 800, 2)
  expect(scene.view.get().pxPerMs).toBeCloseTo(before * 2, 6)
  touch('pointerup', 600, 1)
  touch('pointerup', 800, 2)
  expect(actions.seek).not.toHaveBeenCalled()
})

test('a double click plays the line', () => {
  send('dblclick', 100, DUB_Y)
  expect(actions.playLine.mock.calls[0]).toMatchObject([{ line: 2 }, { row: 'dub' }])
})

test('a wheel pans; with Ctrl it zooms and following goes on', () => {
  const wheel = (more: Record<string, unknown>) => {
    send('wheel', 700, ORIGINAL_Y, { deltaX: 0, deltaY: 100, deltaMode: 0, ctrlKey: false, metaKey: false, ...more })
  }
  wheel({ ctrlKey: true, deltaY: -100 })
  expect(scene.following.get()).toBe(true)
  expect(scene.view.get().pxPerMs).toBeGreaterThan(0.014)
  const { startMs } = scene.view.get()
  wheel({})
  expect(scene.view.get().startMs).toBeGreaterThan(startMs)
  expect(scene.following.get()).toBe(false)
})
