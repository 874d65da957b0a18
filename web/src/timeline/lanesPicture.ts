import { blocksWithin, type Block } from './blocks'
import { heatOf } from './heat'
import type { Lane } from './layout'
import { paintBlock, paintChoice, paintHeat, paintMarks, paintRuler, paintWave } from './painting'
import type { Palette } from './palette'
import { columnsFor, type Columns } from './peaks'
import type { Scene } from './scene'
import { fillSound } from './sound'
import type { Paint } from './surface'
import { detailOf, endMs, type View } from './view'

const LANES: readonly Lane[] = ['original', 'dub']
const MEASURE = 'timeline.paint'

/** Paints the ruler and both lanes, and measures how long that takes. */
export function lanesPicture(scene: Scene, palette: () => Palette): Paint {
  let columns = columnsFor(0)
  return (pen, widthPx, heightPx) => {
    const startedAt = performance.now()
    if (columns.body.length < widthPx) columns = columnsFor(widthPx)
    pen.clearRect(0, 0, widthPx, heightPx)
    paintRuler(pen, scene.view.get(), palette())
    for (const lane of LANES) paintLane(pen, scene, { lane, columns, widthPx }, palette())
    measured(startedAt)
  }
}

function paintLane(
  pen: CanvasRenderingContext2D,
  scene: Scene,
  { lane, columns, widthPx }: { lane: Lane; columns: Columns; widthPx: number },
  palette: Palette,
): void {
  const view = scene.view.get()
  const rows = scene.rows.get()
  const { blocks, sounds, selected } = scene.shown.get()
  const place = { view, rows, lane }
  const row = { top: rows.top[lane], height: rows.lanePx, width: widthPx }
  pen.fillStyle = palette.sunk
  pen.fillRect(0, row.top, widthPx, row.height)
  const isHeat = detailOf(view, blocks.all.length) === 'heat'
  const visible = isHeat ? [] : inSight(scene, view)
  for (const block of visible) paintBlock(pen, place, block, palette)
  if (sounds[lane].coarse !== null) {
    wipe(columns)
    fillSound(sounds[lane], view, columns, widthPx)
    paintWave(pen, columns, row, lane === 'dub' ? palette.dub : palette.original)
  }
  for (const block of visible) paintMarks(pen, place, block, palette)
  for (const block of visible) if (block.line === selected) paintChoice(pen, place, block, palette)
  if (isHeat) paintHeat(pen, place, heatOf(blocksWithin(blocks, view.startMs, endMs(view)), view), palette)
}

function wipe(columns: Columns): void {
  columns.low.fill(0)
  columns.high.fill(0)
  columns.body.fill(0)
}

/** The blocks that are seen; the one that is dragged lies where the pointer has it. */
function inSight(scene: Scene, view: View): readonly Block[] {
  const drag = scene.drag.get()
  const blocks = scene.shown.get().blocks
  const visible = blocksWithin(blocks, view.startMs, endMs(view))
  return drag === null ? visible : visible.map((block) => (block.line === drag.line ? { ...block, ...drag.span } : block))
}

function measured(startedAt: number): void {
  // Kept from growing without end: a session lasts hours.
  performance.clearMeasures(MEASURE)
  performance.measure(MEASURE, { start: startedAt, end: performance.now() })
}
