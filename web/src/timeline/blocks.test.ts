import { expect, test } from 'vitest'
import type { Line } from '../api/types'
import { blocksOf, blocksWithin, roomOf, type Block } from './blocks'
import { CELL_PX, heatOf } from './heat'
import { hitAt } from './hit'
import { rowsOf } from './layout'
import { quietEdges, snapped } from './snapping'
import { peaksOf } from './peaks'
import { clamped, fitted } from './view'

function line(id: number, startMs: number, endMs: number, more: Partial<Line> = {}): Line {
  return {
    id,
    speaker: 'S1',
    span: { start_ms: startMs, end_ms: endMs },
    source_text: 'Said',
    target_text: 'Dicho',
    placed_start_ms: startMs + 50,
    placed_end_ms: endMs - 50,
    stale: false,
    look: [],
    ...more,
  } as Line
}

const three = [line(1, 1_000, 3_000), line(2, 2_500, 4_000, { speaker: 'S2' }), line(3, 5_000, 7_000)]
const view = clamped({ startMs: 0, pxPerMs: 0.1, widthPx: 1_000, durationMs: 10_000 })
const rows = rowsOf(120)
const inOriginal = rows.top.original + 10
const inDub = rows.top.dub + 10

function lineNumbers(blocks: readonly Block[]): number[] {
  return blocks.map((block) => block.line)
}

test('lines become blocks by their start, whatever their order', () => {
  expect(lineNumbers(blocksOf(three.toReversed()).all)).toEqual([1, 2, 3])
})

test('a line that was not placed has no block in the dub', () => {
  const [unplaced, turned] = blocksOf([
    line(1, 0, 900, { placed_start_ms: null, placed_end_ms: null }),
    line(2, 1_000, 1_900, { placed_start_ms: 500, placed_end_ms: 400 }),
  ]).all
  expect([unplaced?.dub, turned?.dub]).toEqual([null, null])
})

test('a stretch of time finds the lines that looking at each finds', () => {
  const lines = Array.from({ length: 300 }, (_, at) => line(at, at * 100, at * 100 + 50 + ((at * 7_919) % 4_000)))
  const blocks = blocksOf(lines)
  for (let fromMs = -500; fromMs < 36_000; fromMs += 777) {
    const each = lines.filter(({ span }) => span.start_ms < fromMs + 1_000 && span.end_ms > fromMs)
    expect(lineNumbers(blocksWithin(blocks, fromMs, fromMs + 1_000))).toEqual(each.map(({ id }) => id))
  }
})

test('a dub that lies far from its line is found where it lies', () => {
  const blocks = blocksOf([line(1, 0, 1_000, { placed_start_ms: 8_000, placed_end_ms: 9_000 })])
  expect(lineNumbers(blocksWithin(blocks, 8_500, 8_600))).toEqual([1])
})

test('a line has room up to the same speaker, and past others', () => {
  const blocks = blocksOf(three)
  const [first, second, third] = blocks.all as [Block, Block, Block]
  expect(roomOf(blocks, first, 10_000)).toEqual({ startMs: 0, endMs: 5_000 })
  expect(roomOf(blocks, second, 10_000)).toEqual({ startMs: 0, endMs: 10_000 })
  expect(roomOf(blocks, third, 10_000)).toEqual({ startMs: 3_000, endMs: 10_000 })
})

test('a line that already runs into its neighbour may stay', () => {
  const blocks = blocksOf([line(1, 0, 3_000), line(2, 2_000, 4_000)])
  expect(roomOf(blocks, blocks.all[1] as Block, 10_000).startMs).toBe(2_000)
})

test.each([
  [101, inOriginal, 1, 'start'],
  [200, inOriginal, 1, 'middle'],
  [398, inOriginal, 2, 'end'],
  [275, inOriginal, 2, 'middle'],
  [600, inDub, 3, 'middle'],
])('what lies at %i, %i is line %i by its %s', (x, y, number, part) => {
  const hit = hitAt(view, rows, blocksOf(three), { x, y })
  expect([hit.block?.line, hit.part]).toEqual([number, part])
})

test('between lines and on the ruler there is no line', () => {
  expect(hitAt(view, rows, blocksOf(three), { x: 450, y: inOriginal }).block).toBeNull()
  expect(hitAt(view, rows, blocksOf(three), { x: 200, y: 5 })).toMatchObject({ row: 'ruler', block: null, ms: 2_000 })
})

test('an edge can be met from a little outside', () => {
  expect(hitAt(view, rows, blocksOf(three), { x: 498, y: inOriginal })).toMatchObject({ part: 'start', block: { line: 3 } })
})

test('lines too narrow to see cannot be grabbed by accident', () => {
  const many = blocksOf(Array.from({ length: 1_000 }, (_, at) => line(at, at * 10, at * 10 + 9)))
  expect(hitAt(fitted(view), rows, many, { x: 500, y: inOriginal }).block).toBeNull()
})

test('the strip counts every line once', () => {
  const blocks = blocksOf(Array.from({ length: 2_000 }, (_, at) => line(at, at * 5, at * 5 + 4, { stale: at % 3 === 0 }))).all
  const cells = heatOf(blocks, fitted(view))
  expect(cells.length).toBe(1_000 / CELL_PX)
  expect(cells.reduce((sum, cell) => sum + cell.lines, 0)).toBe(2_000)
  expect(cells.reduce((sum, cell) => sum + cell.stale, 0)).toBe(667)
})

test('the nearest edge in reach takes hold', () => {
  expect(snapped(1_000, [900, 1_040, 1_300], 60)).toBe(1_040)
  expect(snapped(1_000, [900, 1_300], 60)).toBe(1_000)
})

test('sound that begins and ends makes two edges', () => {
  const pairs = Array.from({ length: 40 }, (_, at) => (at >= 10 && at < 20 ? [-80, 80] : [-1, 1])).flat()
  const peaks = peaksOf(Int8Array.from(pairs), 20, 0)
  expect(quietEdges(peaks, 0, 2_000)).toEqual([500, 1_000])
  expect(quietEdges(peaks, 600, 900)).toEqual([])
})
