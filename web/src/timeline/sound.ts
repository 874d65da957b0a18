import type { FinePeaks } from './finePeaks'
import { fillColumns, type Columns, type Peaks } from './peaks'
import { quietEdges } from './snapping'
import { detailOf, endMs, type View } from './view'

/** How one lane sounds: coarse for the whole recording, and in detail where somebody looks closely. */
export interface Sound {
  readonly coarse: Peaks | null
  readonly fine: FinePeaks | null
}

export const NO_SOUND: Sound = { coarse: null, fine: null }

/** What a view shows of a sound; asks for the detail that it lacks. */
export function fillSound(sound: Sound, view: View, columns: Columns, widthPx: number): void {
  // The same pair stays in the same column while panning, so that the picture does not shimmer.
  const picture = { startMs: Math.round(view.startMs * view.pxPerMs) / view.pxPerMs, pxPerMs: view.pxPerMs }
  if (sound.coarse !== null) fillColumns(sound.coarse, picture, columns, [0, widthPx])
  if (sound.fine === null || detailOf(view, 0) !== 'fine') return
  sound.fine.want(view.startMs, endMs(view))
  for (const page of sound.fine.between(view.startMs, endMs(view))) {
    const fromX = Math.max(0, Math.ceil((page.startMs - picture.startMs) * view.pxPerMs))
    const toX = Math.min(widthPx, Math.ceil((page.endMs - picture.startMs) * view.pxPerMs))
    fillColumns(page.peaks, picture, columns, [fromX, toX])
  }
}

/** Where sound begins or ends between two times, as exactly as is known. */
export function edgesIn(sound: Sound, fromMs: number, toMs: number): readonly number[] {
  const pages = sound.fine?.between(fromMs, toMs) ?? []
  if (pages.length > 0) return pages.flatMap((page) => quietEdges(page.peaks, fromMs, toMs))
  return sound.coarse === null ? [] : quietEdges(sound.coarse, fromMs, toMs)
}
