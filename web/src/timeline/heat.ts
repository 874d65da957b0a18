import type { Block } from './blocks'

/** One stretch of the strip that stands for lines too narrow to draw. */
export interface HeatCell {
  lines: number
  needLook: number
  stale: number
}

export const CELL_PX = 4

/** How many lines, and how many that need a look or were edited, begin in each stretch of `CELL_PX`. */
export function heatOf(
  blocks: readonly Block[],
  picture: { startMs: number; pxPerMs: number; widthPx: number },
): readonly HeatCell[] {
  const count = Math.ceil(picture.widthPx / CELL_PX)
  const cells: HeatCell[] = Array.from({ length: count }, () => ({ lines: 0, needLook: 0, stale: 0 }))
  for (const block of blocks) {
    const cell = cells[Math.floor(((block.startMs - picture.startMs) * picture.pxPerMs) / CELL_PX)]
    if (cell === undefined) continue
    cell.lines += 1
    if (block.needsLook) cell.needLook += 1
    if (block.isStale) cell.stale += 1
  }
  return cells
}
