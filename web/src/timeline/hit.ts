import { blocksWithin, type Block, type Blocks } from './blocks'
import { rowAt, type Row, type Rows } from './layout'
import { detailOf, timeAt, xOf, type View } from './view'

export type Part = 'start' | 'middle' | 'end'

/** What lies under the pointer. */
export interface Hit {
  readonly row: Row
  readonly ms: number
  readonly block: Block | null
  readonly part: Part
}

const EDGE_PX = 6
const NARROW_PX = 20

export function hitAt(view: View, rows: Rows, blocks: Blocks, { x, y }: { x: number; y: number }): Hit {
  const row = rowAt(rows, y)
  const ms = timeAt(view, x)
  const block = row === 'ruler' ? null : blockAt(view, blocks, row, x)
  return { row, ms, block, part: block === null || row !== 'original' ? 'middle' : partAt(view, block, x) }
}

/** The block drawn last where several lie on top of each other; edges may be met a little outside. */
function blockAt(view: View, blocks: Blocks, row: 'original' | 'dub', x: number): Block | null {
  if (detailOf(view, blocks.all.length) === 'heat') return null
  const ms = timeAt(view, x)
  const reachMs = (row === 'original' ? EDGE_PX / 2 : 0) / view.pxPerMs
  const near = blocksWithin(blocks, ms - reachMs - 1, ms + reachMs + 1)
  const inside = near.findLast((block) => distanceMs(block, row, ms) === 0)
  return inside ?? near.findLast((block) => distanceMs(block, row, ms) <= reachMs) ?? null
}

function distanceMs(block: Block, row: 'original' | 'dub', ms: number): number {
  const span = row === 'original' ? block : block.dub
  if (span === null) return Infinity
  return Math.max(0, span.startMs - ms, ms - span.endMs)
}

/** A block too narrow for three parts is only moved as a whole. */
function partAt(view: View, block: Block, x: number): Part {
  const left = xOf(view, block.startMs)
  const right = xOf(view, block.endMs)
  if (right - left < NARROW_PX) return 'middle'
  if (x <= left + EDGE_PX) return 'start'
  return x >= right - EDGE_PX ? 'end' : 'middle'
}
