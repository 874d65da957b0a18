import { CELL_PX, heatOf } from './heat'
import { paintWave } from './painting'
import type { Palette } from './palette'
import { columnsFor, fillColumns } from './peaks'
import type { Scene } from './scene'
import type { Paint } from './surface'
import { isFitted, spanMs } from './view'

const STRIP_PX = 5
const LEAST_WINDOW_PX = 4
const LEAST_SEEN = 0.45

/** Paints the whole recording in one row, with the places that want a person. */
export function overviewPicture(scene: Scene, palette: () => Palette): Paint {
  return (pen, widthPx, heightPx) => {
    const { durationMs } = scene.view.get()
    const { blocks, sounds } = scene.shown.get()
    const picture = { startMs: 0, pxPerMs: widthPx / durationMs, widthPx }
    pen.clearRect(0, 0, widthPx, heightPx)
    pen.fillStyle = palette().sunk
    pen.fillRect(0, 0, widthPx, heightPx)
    const wave = sounds.original.coarse
    if (wave !== null) {
      const columns = columnsFor(widthPx)
      fillColumns(wave, picture, columns, [0, widthPx])
      paintWave(pen, columns, { top: 0, height: heightPx - STRIP_PX, width: widthPx }, palette().mute)
    }
    heatOf(blocks.all, picture).forEach((cell, at) => {
      if (cell.lines === 0) return
      pen.fillStyle = cell.needLook > 0 ? palette().warn : palette().line
      pen.globalAlpha = cell.needLook > 0 ? Math.max(LEAST_SEEN, cell.needLook / cell.lines) : 1
      pen.fillRect(at * CELL_PX, heightPx - STRIP_PX, CELL_PX - 1, STRIP_PX)
    })
    pen.globalAlpha = 1
  }
}

/** Paints what moves over it: the part that the lanes show, and the time that is heard. */
export function overviewMarks(scene: Scene, now: () => number, palette: () => Palette): Paint {
  return (pen, widthPx, heightPx) => {
    const view = scene.view.get()
    const pxPerMs = widthPx / view.durationMs
    pen.clearRect(0, 0, widthPx, heightPx)
    if (scene.hasLanes.get() && !isFitted(view)) {
      const x = Math.round(view.startMs * pxPerMs)
      const width = Math.max(LEAST_WINDOW_PX, Math.round(spanMs(view) * pxPerMs))
      pen.fillStyle = palette().focus
      pen.globalAlpha = 0.16
      pen.fillRect(x, 0, width, heightPx)
      pen.globalAlpha = 1
      pen.strokeStyle = palette().focus
      pen.lineWidth = 1.5
      pen.strokeRect(x + 0.75, 0.75, Math.max(1, width - 1.5), heightPx - 1.5)
    }
    pen.fillStyle = palette().ink
    pen.fillRect(Math.min(widthPx - 2, now() * pxPerMs - 1), 0, 2, heightPx)
  }
}
