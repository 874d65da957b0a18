import type { Line } from '../api/types'

/** A line as the timeline draws it. */
export interface Block {
  readonly line: number
  readonly speaker: string
  readonly startMs: number
  readonly endMs: number
  /** Where the dub of it lies; null where it was not placed yet. */
  readonly dub: Span | null
  readonly needsLook: boolean
  readonly isStale: boolean
  readonly sourceText: string
  readonly targetText: string
}

export interface Span {
  readonly startMs: number
  readonly endMs: number
}

/** Blocks by their start. */
export interface Blocks {
  readonly all: readonly Block[]
  readonly byLine: ReadonlyMap<number, Block>
  /** The longest reach in either lane, so that a search knows how far back to look. */
  readonly longestMs: number
}

export const NO_BLOCKS: Blocks = { all: [], byLine: new Map(), longestMs: 0 }

export function blocksOf(lines: readonly Line[]): Blocks {
  const all = lines.map(blockOf).sort((one, other) => one.startMs - other.startMs || one.line - other.line)
  return { all, byLine: new Map(all.map((block) => [block.line, block])), longestMs: all.reduce(longerOf, 0) }
}

/** The blocks that touch a stretch of time in either lane, by their start. */
export function blocksWithin(blocks: Blocks, fromMs: number, toMs: number): readonly Block[] {
  const first = firstFrom(blocks.all, fromMs - blocks.longestMs)
  const last = firstFrom(blocks.all, toMs + blocks.longestMs)
  return blocks.all.slice(first, last).filter((block) => reaches(block, fromMs, toMs))
}

/** How far a line may reach without running into the same speaker's lines before and after it. */
export function roomOf(blocks: Blocks, block: Block, durationMs: number): Span {
  const own = blocks.all.filter((other) => other.speaker === block.speaker)
  const at = own.indexOf(block)
  const before = own[at - 1]
  const after = own[at + 1]
  return {
    startMs: Math.max(0, Math.min(before?.endMs ?? 0, block.startMs)),
    endMs: Math.max(block.endMs, Math.min(after?.startMs ?? durationMs, durationMs)),
  }
}

function blockOf(line: Line): Block {
  const { placed_start_ms: from, placed_end_ms: to } = line
  return {
    line: line.id,
    speaker: line.speaker,
    startMs: line.span.start_ms,
    endMs: line.span.end_ms,
    dub: from == null || to == null || to <= from ? null : { startMs: from, endMs: to },
    needsLook: line.look.length > 0,
    isStale: line.stale,
    sourceText: line.source_text,
    targetText: line.target_text ?? '',
  }
}

function longerOf(longest: number, { startMs, endMs, dub }: Block): number {
  return Math.max(longest, endMs - startMs, dub === null ? 0 : Math.max(dub.endMs, endMs) - Math.min(dub.startMs, startMs))
}

function reaches({ startMs, endMs, dub }: Block, fromMs: number, toMs: number): boolean {
  if (startMs < toMs && endMs > fromMs) return true
  return dub !== null && dub.startMs < toMs && dub.endMs > fromMs
}

function firstFrom(all: readonly Block[], startMs: number): number {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle]?.startMs ?? Infinity) < startMs) low = middle + 1
    else high = middle
  }
  return low
}
