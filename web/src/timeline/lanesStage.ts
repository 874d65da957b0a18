import type { Player } from '../player/player'
import { LaneGestures, type LaneActions } from './gestures'
import { lanesPicture } from './lanesPicture'
import { onLookChange, readPalette } from './palette'
import { playheadPicture } from './playheadPicture'
import type { Scene } from './scene'
import { Surface } from './surface'

/** Brings the lanes to life on two canvases, the playhead on the upper one; returns how to stop that. */
export function stageLanes(
  scene: Scene,
  canvases: { picture: HTMLCanvasElement; playhead: HTMLCanvasElement },
  player: Player,
  actions: LaneActions,
): () => void {
  const { picture: below, playhead: above } = canvases
  let palette = readPalette(document.body)
  const { clock } = player
  const picture = new Surface(below, lanesPicture(scene, () => palette))
  const playhead = new Surface(above, playheadPicture(scene, () => clock.nowMs, () => palette))
  const both = () => {
    picture.request()
    playhead.request()
  }
  const measure = () => {
    scene.setSize(below.clientWidth, below.clientHeight)
    both()
  }
  const gestures = new LaneGestures(scene, above, actions)
  const watching = new ResizeObserver(measure)
  watching.observe(below)
  measure()
  void document.fonts.ready.then(both)
  const stops = [
    scene.view.subscribe(() => {
      scene.hovered.set(null)
      both()
    }),
    scene.shown.subscribe(both),
    scene.arrivals.subscribe(picture.request),
    scene.drag.subscribe(picture.request),
    clock.subscribe(() => {
      if (player.playing.get()) scene.follow(clock.nowMs)
      else scene.show(clock.nowMs)
      playhead.request()
    }),
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
    playhead.stop()
  }
}
