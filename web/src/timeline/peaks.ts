/** How a sound runs: pairs of its lowest and highest sample, coarser level by level, so that any size draws alike. */
export interface Peaks {
  readonly pairsPerSecond: number
  /** How many pairs of the whole recording come before the first one here. */
  readonly firstPair: number
  readonly levels: readonly Level[]
}

export interface Level {
  /** How many pairs of the recording each entry stands for. */
  readonly step: number
  readonly low: Int8Array
  readonly high: Int8Array
  /** The mean half height of the pairs: how loud it is rather than how loud it gets. */
  readonly body: Uint8Array
}

export interface PeaksHeader {
  pairsPerSecond: number
  pairs: number
  headerBytes: number
}

/** For each pixel the lowest, the highest and the mean half height, -128 to 127. */
export interface Columns {
  low: Int8Array
  high: Int8Array
  body: Uint8Array
}

const HEADER_BYTES = 20
const EIGHT_BIT = 1
const FANOUT = 4
const COARSEST_PAIRS = 2_048

/**
 * What the first 20 bytes of a `.dat` file of audiowaveform tell; null where it is not the kind that is drawn here.
 * https://github.com/bbc/audiowaveform/blob/master/doc/DataFormat.md
 */
export function readHeader(file: ArrayBuffer): PeaksHeader | null {
  if (file.byteLength < HEADER_BYTES) return null
  const header = new DataView(file)
  const [version, flags] = [header.getInt32(0, true), header.getUint32(4, true)]
  const [sampleRate, samplesPerPair] = [header.getInt32(8, true), header.getInt32(12, true)]
  if (version !== 1 || (flags & EIGHT_BIT) === 0 || sampleRate <= 0 || samplesPerPair <= 0) return null
  return { pairsPerSecond: sampleRate / samplesPerPair, pairs: header.getUint32(16, true), headerBytes: HEADER_BYTES }
}

/** The peaks of a whole file. One that was cut off gives what is there; one of another kind gives null. */
export function parsePeaks(file: ArrayBuffer): Peaks | null {
  const header = readHeader(file)
  if (header === null) return null
  const there = Math.floor((file.byteLength - header.headerBytes) / 2)
  const pairs = new Int8Array(file, header.headerBytes, Math.min(there, header.pairs) * 2)
  return peaksOf(pairs, header.pairsPerSecond, 0)
}

/** The peaks of pairs that lie one after the other, low before high. */
export function peaksOf(pairs: Int8Array, pairsPerSecond: number, firstPair: number): Peaks {
  const levels = [finest(pairs)]
  let last = levels[0]
  while (last !== undefined && last.low.length > COARSEST_PAIRS) {
    last = coarser(last)
    levels.push(last)
  }
  return { pairsPerSecond, firstPair, levels }
}

export function pairCount(peaks: Peaks): number {
  return peaks.levels[0]?.low.length ?? 0
}

export function columnsFor(width: number): Columns {
  return { low: new Int8Array(width), high: new Int8Array(width), body: new Uint8Array(width) }
}

/** Fills the columns `fromX` to before `toX` of a picture that starts at `startMs`; silence where nothing is known. */
export function fillColumns(
  peaks: Peaks,
  picture: { startMs: number; pxPerMs: number },
  columns: Columns,
  [fromX, toX]: readonly [number, number],
): void {
  const pairsPerPx = peaks.pairsPerSecond / 1_000 / picture.pxPerMs
  const level = levelFor(peaks, pairsPerPx)
  if (level === undefined) return
  const firstAt = (picture.startMs / 1_000) * peaks.pairsPerSecond - peaks.firstPair
  for (let x = fromX; x < toX; x++) {
    const from = Math.floor((firstAt + x * pairsPerPx) / level.step)
    const to = Math.max(from + 1, Math.floor((firstAt + (x + 1) * pairsPerPx) / level.step))
    fillColumn(level, Math.max(0, from), Math.min(to, level.low.length), columns, x)
  }
}

function fillColumn(level: Level, from: number, to: number, columns: Columns, x: number): void {
  let low = 0
  let high = 0
  let body = 0
  for (let at = from; at < to; at++) {
    low = Math.min(low, level.low[at] ?? 0)
    high = Math.max(high, level.high[at] ?? 0)
    body += level.body[at] ?? 0
  }
  columns.low[x] = low
  columns.high[x] = high
  columns.body[x] = to > from ? body / (to - from) : 0
}

/** The coarsest level that still has a pair or more for each pixel: at most a handful of reads a pixel. */
function levelFor(peaks: Peaks, pairsPerPx: number): Level | undefined {
  return peaks.levels.findLast((level) => level.step <= pairsPerPx) ?? peaks.levels[0]
}

function finest(pairs: Int8Array): Level {
  const length = pairs.length >> 1
  const level = { step: 1, low: new Int8Array(length), high: new Int8Array(length), body: new Uint8Array(length) }
  for (let at = 0; at < length; at++) {
    const low = pairs[2 * at] ?? 0
    const high = pairs[2 * at + 1] ?? 0
    level.low[at] = low
    level.high[at] = high
    level.body[at] = Math.max(0, high - low) / 2
  }
  return level
}

function coarser(fine: Level): Level {
  const length = Math.ceil(fine.low.length / FANOUT)
  const level = {
    step: fine.step * FANOUT,
    low: new Int8Array(length),
    high: new Int8Array(length),
    body: new Uint8Array(length),
  }
  for (let at = 0; at < length; at++) {
    fillCoarse(fine, level, at)
  }
  return level
}

function fillCoarse(fine: Level, level: Level, at: number): void {
  const from = at * FANOUT
  const to = Math.min(from + FANOUT, fine.low.length)
  let low = fine.low[from] ?? 0
  let high = fine.high[from] ?? 0
  let body = 0
  for (let each = from; each < to; each++) {
    low = Math.min(low, fine.low[each] ?? 0)
    high = Math.max(high, fine.high[each] ?? 0)
    body += fine.body[each] ?? 0
  }
  level.low[at] = low
  level.high[at] = high
  level.body[at] = body / (to - from)
}
