import type { Clock } from '../player/player'
import { OverviewGestures } from './overviewGestures'
import { overviewMarks, overviewPicture } from './overviewPicture'
import { onLookChange, readPalette } from './palette'
import type { Scene } from './scene'
import { Surface } from './surface'

/** Brings the overview to life on two canvases, what moves on the upper one; returns how to stop that. */
export function stageOverview(
  scene: Scene,
  canvases: { picture: HTMLCanvasElement; marks: HTMLCanvasElement },
  clock: Clock,
  seek: (ms: number) => void,
): () => void {
  let palette = readPalette(document.body)
  let durationMs = 0
  let pictured = scene.shown.get()
  const picture = new Surface(canvases.picture, overviewPicture(scene, () => palette))
  const marks = new Surface(canvases.marks, overviewMarks(scene, () => clock.nowMs, () => palette))
  const both = () => {
    picture.request()
    marks.request()
  }
  const gestures = new OverviewGestures(scene, canvases.marks, { seek, hasLanes: scene.hasLanes.get })
  const watching = new ResizeObserver(both)
  watching.observe(canvases.picture)
  const stops = [
    scene.shown.subscribe(() => {
      const shown = scene.shown.get()
      // Which line is chosen is not to be seen here.
      if (shown.blocks !== pictured.blocks || shown.sounds !== pictured.sounds) picture.request()
      pictured = shown
    }),
    scene.view.subscribe(() => {
      const view = scene.view.get()
      if (view.durationMs !== durationMs) picture.request()
      durationMs = view.durationMs
      marks.request()
    }),
    scene.hasLanes.subscribe(marks.request),
    clock.subscribe(marks.request),
    onLookChange(() => {
      palette = readPalette(document.body)
      both()
    }),
  ]
  return () => {
    watching.disconnect()
    gestures.stop()
    for (const stop of stops) stop()
    picture.stop()
    marks.stop()
  }
}
