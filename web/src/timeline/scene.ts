import { Store } from '../ui/store'
import { NO_BLOCKS, roomOf, type Block, type Blocks, type Span } from './blocks'
import { dragged, hasMoved, type Drag } from './dragging'
import type { Hit, Part } from './hit'
import { rowsOf, type Lane } from './layout'
import { snapped } from './snapping'
import { edgesIn, NO_SOUND, type Sound } from './sound'
import { centredOn, clamped, endMs, firstView, followed, revealed, showing, xOf, zoomed, type View } from './view'

/** What the timeline is a picture of. */
export interface Shown {
  readonly blocks: Blocks
  readonly sounds: Readonly<Record<Lane, Sound>>
  readonly selected: number | null
}

const NOTHING: Shown = { blocks: NO_BLOCKS, sounds: { original: NO_SOUND, dub: NO_SOUND }, selected: null }
const SNAP_PX = 6

/** The state of the timeline, outside of React: it changes with every frame of a gesture. */
export class Scene {
  readonly view = new Store<View>(firstView(1, 1))
  readonly rows = new Store(rowsOf(0))
  /** Small rooms have the overview only. */
  readonly hasLanes = new Store(false)
  readonly shown = new Store<Shown>(NOTHING)
  readonly following = new Store(true)
  /** What is under the pointer, and where that is in the window. */
  readonly hovered = new Store<{ hit: Hit; x: number; y: number } | null>(null)
  readonly drag = new Store<Drag | null>(null)
  /** Counts what arrived for sounds that are shown already. */
  readonly arrivals = new Store(0)

  setSize(widthPx: number, heightPx: number): void {
    this.hasLanes.set(widthPx > 0)
    if (widthPx === 0) return
    if (this.rows.get().heightPx !== heightPx) this.rows.set(rowsOf(heightPx))
    const view = this.view.get()
    this.view.set(view.widthPx <= 1 ? firstView(view.durationMs, widthPx) : clamped({ ...view, widthPx }))
  }

  setDuration(durationMs: number): void {
    const view = this.view.get()
    if (view.durationMs === durationMs) return
    this.view.set(view.durationMs <= 1 ? firstView(durationMs, view.widthPx) : clamped({ ...view, durationMs }))
  }

  /** A person looks elsewhere: the picture stays there. */
  look(view: View): void {
    this.following.set(false)
    this.view.set(view)
  }

  /** Larger or smaller around the chosen line, else around the time that is heard, else the middle. */
  zoom(factor: number, nowMs: number): void {
    const view = this.view.get()
    const { blocks, selected } = this.shown.get()
    const chosen = selected === null ? undefined : blocks.byLine.get(selected)
    const around = [chosen === undefined ? nowMs : (chosen.startMs + chosen.endMs) / 2, nowMs]
    const places = around.map((ms) => xOf(view, ms)).filter((x) => x >= 0 && x <= view.widthPx)
    this.view.set(zoomed(view, factor, places[0] ?? view.widthPx / 2))
  }

  /** Keeps a time that plays in sight. */
  follow(ms: number): void {
    if (this.following.get() && this.drag.get() === null) this.view.set(followed(this.view.get(), ms))
  }

  /** Brings a time that somebody went to into sight. */
  show(ms: number): void {
    this.view.set(showing(this.view.get(), ms))
  }

  reveal(line: number): void {
    const block = this.shown.get().blocks.byLine.get(line)
    if (block !== undefined) this.view.set(revealed(this.view.get(), block))
  }

  centre(ms: number): void {
    this.view.set(centredOn(this.view.get(), ms))
  }

  room(block: Block): Span {
    return roomOf(this.shown.get().blocks, block, this.view.get().durationMs)
  }

  grab(block: Block, part: Part, atMs: number): void {
    const span = { startMs: block.startMs, endMs: block.endMs }
    this.drag.set(dragged(null, { type: 'grab', line: block.line, part, atMs, span, room: this.room(block) }))
  }

  pull(toMs: number, isSnapping: boolean): void {
    const snap = isSnapping ? this.#snap : (ms: number) => ms
    this.drag.set(dragged(this.drag.get(), { type: 'move', toMs, snap }))
  }

  /** Ends a drag; gives the line's new place, or null where it is the old one. */
  drop(): Drag | null {
    const drag = this.drag.get()
    this.drag.set(null)
    return drag !== null && hasMoved(drag) ? drag : null
  }

  cancelDrag(): void {
    this.drag.set(dragged(this.drag.get(), { type: 'cancel' }))
  }

  #snap = (ms: number): number => {
    const view = this.view.get()
    const { blocks, sounds } = this.shown.get()
    const reachMs = SNAP_PX / view.pxPerMs
    const line = this.drag.get()?.line
    const edges = blocks.all
      .filter((block) => block.line !== line && block.endMs > view.startMs && block.startMs < endMs(view))
      .flatMap((block) => [block.startMs, block.endMs])
    const quiet = edgesIn(sounds.original, ms - reachMs, ms + reachMs)
    const toLine = snapped(ms, edges, reachMs)
    return toLine === ms ? snapped(ms, quiet, reachMs) : toLine
  }
}
