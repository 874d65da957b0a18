import { clock } from '../ui/clock'
import type { Block, Span } from './blocks'
import { CELL_PX, type HeatCell } from './heat'
import { RULER_PX, type Lane, type Rows } from './layout'
import type { Palette } from './palette'
import type { Columns } from './peaks'
import { endMs, stepMs, xOf, type View } from './view'

type Pen = CanvasRenderingContext2D

const RADIUS_PX = 4
const INSET_PX = 2
const MARK_PX = 3
const HATCH_PX = 7
const HEAT_PX = 10
const SILENCE_PX = 0.5
const LOUDNESS_POWER = 0.65
const LABEL_FONT = '11px "Atkinson Hyperlegible Mono Variable", ui-monospace, monospace'

/** The times along the top. */
export function paintRuler(pen: Pen, view: View, palette: Palette): void {
  const step = stepMs(view)
  pen.font = LABEL_FONT
  pen.textBaseline = 'alphabetic'
  for (let ms = Math.ceil(view.startMs / step) * step; ms < endMs(view); ms += step) {
    const x = Math.round(xOf(view, ms))
    pen.fillStyle = palette.strong
    pen.fillRect(x, RULER_PX - 6, 1, 6)
    pen.fillStyle = palette.mute
    pen.fillText(clock(ms, { tenths: step < 1_000 }), x + 4, RULER_PX - 8)
  }
}

/** A sound around the middle of a row: how loud it gets, and in it how loud it is. */
export function paintWave(pen: Pen, columns: Columns, row: { top: number; height: number; width: number }, colour: string): void {
  const middle = row.top + row.height / 2
  const half = row.height / 2 - INSET_PX
  const { low, high, body } = columns
  pen.fillStyle = colour
  pen.globalAlpha = 0.4
  const above = (x: number) => middle - Math.max(SILENCE_PX, loudness(high[x] ?? 0) * half)
  const below = (x: number) => middle + Math.max(SILENCE_PX, loudness(-(low[x] ?? 0)) * half)
  paintSteps(pen, row.width, above, below)
  pen.globalAlpha = 1
  const reach = (x: number) => loudness(body[x] ?? 0) * half
  paintSteps(pen, row.width, (x) => middle - reach(x), (x) => middle + reach(x))
}

/** One shape with a step at every pixel: to fill it takes half as long as to fill as many bars. */
function paintSteps(pen: Pen, width: number, above: (x: number) => number, below: (x: number) => number): void {
  pen.beginPath()
  for (let x = 0; x < width; x++) {
    const y = above(x)
    pen.lineTo(x, y)
    pen.lineTo(x + 1, y)
  }
  for (let x = width - 1; x >= 0; x--) {
    const y = below(x)
    pen.lineTo(x + 1, y)
    pen.lineTo(x, y)
  }
  pen.fill()
}

/** Quiet speech stays to be seen beside loud speech. */
function loudness(sample: number): number {
  return sample <= 0 ? 0 : Math.pow(sample / 128, LOUDNESS_POWER)
}

/** Where a lane is drawn, and of what. */
export interface Place {
  readonly view: View
  readonly rows: Rows
  readonly lane: Lane
}

/** The ground that a block's sound is drawn on. */
export function paintBlock(pen: Pen, place: Place, block: Block, palette: Palette): void {
  const { lane } = place
  const box = boxOf(place, block)
  if (box === null) return
  const needsLook = lane === 'dub' && block.needsLook
  outline(pen, box)
  pen.fillStyle = needsLook ? palette.warnSoft : lane === 'dub' ? palette.dubSoft : palette.originalSoft
  pen.fill()
  pen.lineWidth = 1
  pen.strokeStyle = needsLook ? palette.warn : palette.line
  pen.stroke()
}

/** What stands on top of a block's sound: who speaks, what is to do, and whether it is chosen. */
export function paintMarks(pen: Pen, place: Place, block: Block, palette: Palette): void {
  const box = boxOf(place, block)
  if (box === null) return
  const isDub = place.lane === 'dub'
  if (isDub && block.isStale) hatch(pen, box, { colour: palette.dub, endPx: place.view.widthPx })
  pen.fillStyle = palette.speaker(block.speaker)
  pen.fillRect(box.x + RADIUS_PX, box.y + 1, Math.max(1, box.width - 2 * RADIUS_PX), MARK_PX)
  if (isDub && block.needsLook) exclaim(pen, box, palette)
}

/** The line that is chosen, in both lanes. */
export function paintChoice(pen: Pen, place: Place, block: Block, palette: Palette): void {
  const box = boxOf(place, block)
  if (box === null) return
  outline(pen, box)
  pen.lineWidth = 2
  pen.strokeStyle = palette.focus
  pen.stroke()
}

/** Where lines are, and where they want a person, when they are too many to draw. */
export function paintHeat(pen: Pen, { rows, lane }: Place, cells: readonly HeatCell[], palette: Palette): void {
  const bottom = rows.top[lane] + rows.lanePx
  cells.forEach((cell, at) => {
    if (cell.lines === 0) return
    pen.fillStyle = lane === 'dub' ? palette.dub : palette.original
    pen.fillRect(at * CELL_PX, bottom - 2, CELL_PX - 1, 2)
    if (lane === 'original' || cell.needLook === 0) return
    const height = HEAT_PX * Math.max(0.4, cell.needLook / cell.lines)
    pen.fillStyle = palette.warn
    pen.fillRect(at * CELL_PX, bottom - height, CELL_PX - 1, height)
  })
}

interface Box {
  x: number
  y: number
  width: number
  height: number
}

function boxOf({ view, rows, lane }: Place, block: Block): Box | null {
  const span: Span | null = lane === 'original' ? block : block.dub
  if (span === null) return null
  const x = xOf(view, span.startMs)
  const width = Math.max(2, (span.endMs - span.startMs) * view.pxPerMs - 1)
  return { x, y: rows.top[lane] + INSET_PX, width, height: rows.lanePx - 2 * INSET_PX }
}

function outline(pen: Pen, box: Box): void {
  pen.beginPath()
  pen.roundRect(box.x + 0.5, box.y + 0.5, Math.max(1, box.width - 1), box.height - 1, Math.min(RADIUS_PX, box.width / 2))
}

function hatch(pen: Pen, box: Box, { colour, endPx }: { colour: string; endPx: number }): void {
  pen.save()
  outline(pen, box)
  pen.clip()
  pen.beginPath()
  const from = Math.max(box.x, -box.height)
  const first = box.x + Math.floor((from - box.x) / HATCH_PX) * HATCH_PX - box.height
  const last = Math.min(box.x + box.width, endPx)
  for (let x = first; x < last; x += HATCH_PX) {
    pen.moveTo(x, box.y + box.height)
    pen.lineTo(x + box.height, box.y)
  }
  pen.lineWidth = 1.5
  pen.strokeStyle = colour
  pen.stroke()
  pen.restore()
}

/** A sign that does not lean on colour. */
function exclaim(pen: Pen, box: Box, palette: Palette): void {
  if (box.width < 14) return
  const x = Math.max(box.x, 0) + 9
  const y = box.y + box.height - 9
  pen.fillStyle = palette.warn
  pen.beginPath()
  pen.arc(x, y, 6, 0, 2 * Math.PI)
  pen.fill()
  pen.fillStyle = palette.surface
  pen.fillRect(x - 0.75, y - 3.5, 1.5, 4)
  pen.fillRect(x - 0.75, y + 1.75, 1.5, 1.5)
}
