import { expect, test } from 'vitest'
import { columnsFor, fillColumns, pairCount, parsePeaks, peaksOf, readHeader, type Peaks } from './peaks'

interface Written {
  version?: number
  flags?: number
  sampleRate?: number
  samplesPerPair?: number
  length?: number
}

function file(pairs: readonly number[], written: Written = {}): ArrayBuffer {
  const bytes = new ArrayBuffer(20 + pairs.length)
  const header = new DataView(bytes)
  header.setInt32(0, written.version ?? 1, true)
  header.setUint32(4, written.flags ?? 1, true)
  header.setInt32(8, written.sampleRate ?? 2_000, true)
  header.setInt32(12, written.samplesPerPair ?? 100, true)
  header.setUint32(16, written.length ?? pairs.length / 2, true)
  new Int8Array(bytes, 20).set(pairs)
  return bytes
}

/** Numbers that look random and are the same each time. */
function noise(length: number): Int8Array {
  let state = 1
  return Int8Array.from({ length: length * 2 }, (_, at) => {
    state = (state * 48_271) % 2_147_483_647
    return at % 2 === 0 ? -(state % 128) : state % 128
  })
}

function whole(peaks: Peaks): ArrayLike<number> {
  return peaks.levels[0]?.high ?? []
}

test('a file of audiowaveform is read pair by pair', () => {
  const peaks = parsePeaks(file([-3, 7, -128, 127]))
  expect(peaks?.pairsPerSecond).toBe(20)
  expect([...(peaks?.levels[0]?.low ?? [])]).toEqual([-3, -128])
  expect([...(peaks?.levels[0]?.high ?? [])]).toEqual([7, 127])
})

test.each([
  ['another version', { version: 2 }],
  ['16 bits', { flags: 0 }],
  ['no sample rate', { sampleRate: 0 }],
  ['no samples in a pair', { samplesPerPair: 0 }],
])('a file with %s is not drawn', (_name, written) => {
  expect(parsePeaks(file([-1, 1], written))).toBeNull()
})

test('what is no file of peaks at all is not drawn', () => {
  expect(readHeader(new ArrayBuffer(0))).toBeNull()
  expect(parsePeaks(new ArrayBuffer(19))).toBeNull()
})

test('a file that was cut off gives the pairs that are there', () => {
  const peaks = parsePeaks(file([-1, 1, -2, 2, -3], { length: 9_000_000 }))
  expect(peaks === null ? 0 : pairCount(peaks)).toBe(2)
})

test('every level has the extremes of the finest one', () => {
  for (const length of [1, 2_047, 2_049, 10_001, 216_000]) {
    const peaks = peaksOf(noise(length), 20, 0)
    const highest = Math.max(...Array.from(whole(peaks)).slice(0, 100_000))
    for (const level of peaks.levels) {
      expect(level.low.length).toBe(Math.ceil(length / level.step))
      expect(level.high.reduce((most, value) => Math.max(most, value), 0)).toBeGreaterThanOrEqual(highest)
    }
    expect(peaks.levels.at(-1)?.low.length).toBeLessThanOrEqual(2_048)
  }
})

test('three hours in any size show the loudest moment', () => {
  const pairs = new Int8Array(216_000 * 2)
  pairs[2 * 123_456 + 1] = 99
  const peaks = peaksOf(pairs, 20, 0)
  for (const width of [320, 1_280, 3_840]) {
    const columns = columnsFor(width)
    fillColumns(peaks, { startMs: 0, pxPerMs: width / 10_800_000 }, columns, [0, width])
    expect(Math.max(...columns.high)).toBe(99)
  }
})

test('columns agree with looking at each pair', () => {
  const peaks = peaksOf(noise(6_000), 20, 0)
  const columns = columnsFor(50)
  fillColumns(peaks, { startMs: 10_000, pxPerMs: 0.01 }, columns, [0, 50])
  for (let x = 0; x < 50; x++) {
    const pairs = [0, 1].map((each) => whole(peaks)[200 + 2 * x + each] ?? 0)
    expect(columns.high[x]).toBe(Math.max(...pairs))
  }
})

test('before the start and after the end there is silence', () => {
  const columns = columnsFor(30)
  fillColumns(peaksOf(noise(20), 20, 0), { startMs: -500, pxPerMs: 0.01 }, columns, [0, 30])
  expect([...columns.high.slice(0, 5), ...columns.high.slice(16)].every((value) => value === 0)).toBe(true)
  expect(Math.max(...columns.high)).toBeGreaterThan(0)
})

test('a page of a recording lies where it belongs', () => {
  const page = peaksOf(Int8Array.from([-5, 50, -5, 60]), 100, 6_000)
  const columns = columnsFor(4)
  fillColumns(page, { startMs: 59_990, pxPerMs: 0.1 }, columns, [0, 4])
  expect([...columns.high]).toEqual([0, 50, 60, 0])
})

test('only the columns that are asked for are filled', () => {
  const columns = columnsFor(10)
  fillColumns(peaksOf(noise(100), 20, 0), { startMs: 0, pxPerMs: 0.01 }, columns, [4, 6])
  expect(columns.body.filter((value) => value > 0).length).toBeLessThanOrEqual(2)
})
