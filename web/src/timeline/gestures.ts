import type { Block } from './blocks'
import type { Drag } from './dragging'
import { hitAt, type Hit } from './hit'
import type { Scene } from './scene'
import { panned, timeAt, zoomed } from './view'

/** What a person does with the lanes, but for looking around. */
export interface LaneActions {
  seek: (ms: number) => void
  select: (line: number) => void
  playLine: (block: Block, hit: Hit) => void
  move: (drag: Drag) => void
}

interface Press {
  readonly pointer: number
  readonly hit: Hit
  readonly grabs: boolean
  isMoving: boolean
  x: number
}

const STILL_PX = 4
const WHEEL_ZOOM = 0.004
const WHEEL_LINE_PX = 16

/** Turns what pointers, wheels and Escape do on the lanes into looking, seeking, choosing and moving. */
export class LaneGestures {
  readonly #scene: Scene
  readonly #on: HTMLElement
  readonly #actions: LaneActions
  readonly #stopping = new AbortController()
  readonly #fingers = new Map<number, number>()
  #press: Press | null = null

  constructor(scene: Scene, on: HTMLElement, actions: LaneActions) {
    this.#scene = scene
    this.#on = on
    this.#actions = actions
    const { signal } = this.#stopping
    on.addEventListener('pointerdown', this.#down, { signal })
    on.addEventListener('pointermove', this.#move, { signal })
    on.addEventListener('pointerup', this.#up, { signal })
    on.addEventListener('pointercancel', this.#cancel, { signal })
    on.addEventListener('pointerleave', this.#leave, { signal })
    on.addEventListener('dblclick', this.#double, { signal })
    on.addEventListener('wheel', this.#wheel, { signal, passive: false })
    // Before the page's own shortcuts, which would take Escape for leaving a field.
    window.addEventListener('keydown', this.#key, { signal, capture: true })
  }

  stop(): void {
    this.#stopping.abort()
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    this.#fingers.set(event.pointerId, event.offsetX)
    this.#on.setPointerCapture(event.pointerId)
    if (this.#fingers.size > 1) return this.#stopPress()
    const hit = this.#hit(event)
    this.#press = { pointer: event.pointerId, hit, grabs: this.#grabs(event, hit), isMoving: false, x: event.offsetX }
  }

  // A finger on a line that is not chosen looks around; else nobody could scroll past the lines.
  #grabs(event: PointerEvent, hit: Hit): boolean {
    if (hit.block === null || hit.row !== 'original') return false
    return event.pointerType !== 'touch' || hit.block.line === this.#scene.shown.get().selected
  }

  #move = (event: PointerEvent): void => {
    if (this.#fingers.size === 2 && this.#fingers.has(event.pointerId)) return this.#pinch(event)
    const press = this.#press
    if (press === null) return this.#hover(event)
    if (!press.isMoving && Math.abs(event.offsetX - press.x) < STILL_PX) return
    if (!press.isMoving) this.#begin(press)
    if (press.grabs) this.#scene.pull(timeAt(this.#scene.view.get(), event.offsetX), !event.altKey)
    else this.#scene.look(panned(this.#scene.view.get(), press.x - event.offsetX))
    if (!press.grabs) press.x = event.offsetX
  }

  #begin(press: Press): void {
    press.isMoving = true
    this.#scene.hovered.set(null)
    const { block, part, ms } = press.hit
    this.#on.style.cursor = press.grabs && part !== 'middle' ? 'ew-resize' : 'grabbing'
    if (!press.grabs || block === null) return
    this.#actions.select(block.line)
    this.#scene.grab(block, part, ms)
  }

  #up = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId)
    const press = this.#press
    this.#press = null
    if (press === null) return
    if (!press.isMoving) return this.#click(press.hit)
    const drag = press.grabs ? this.#scene.drop() : null
    if (drag !== null) this.#actions.move(drag)
    this.#hover(event)
  }

  #click(hit: Hit): void {
    if (hit.block !== null) this.#actions.select(hit.block.line)
    this.#actions.seek(hit.ms)
  }

  #cancel = (event: PointerEvent): void => {
    this.#fingers.delete(event.pointerId)
    this.#stopPress()
  }

  #stopPress(): void {
    this.#press = null
    this.#scene.cancelDrag()
    this.#on.style.cursor = ''
  }

  #key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || this.#scene.drag.get() === null) return
    event.stopPropagation()
    this.#stopPress()
  }

  #leave = (): void => {
    this.#scene.hovered.set(null)
  }

  #double = (event: MouseEvent): void => {
    const hit = this.#hit(event)
    if (hit.block !== null) this.#actions.playLine(hit.block, hit)
  }

  #hover(event: PointerEvent): void {
    const hit = this.#hit(event)
    this.#on.style.cursor = cursorOf(hit)
    const isTold = hit.block !== null && event.pointerType !== 'touch'
    this.#scene.hovered.set(isTold ? { hit, x: event.clientX, y: event.clientY } : null)
  }

  #hit(event: MouseEvent): Hit {
    const scene = this.#scene
    return hitAt(scene.view.get(), scene.rows.get(), scene.shown.get().blocks, { x: event.offsetX, y: event.offsetY })
  }

  #pinch(event: PointerEvent): void {
    const before = [...this.#fingers.values()]
    this.#fingers.set(event.pointerId, event.offsetX)
    const after = [...this.#fingers.values()]
    const factor = spread(after) / spread(before)
    const view = panned(this.#scene.view.get(), middle(before) - middle(after))
    this.#scene.look(zoomed(view, factor, middle(after)))
  }

  #wheel = (event: WheelEvent): void => {
    event.preventDefault()
    this.#scene.hovered.set(null)
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : WHEEL_LINE_PX
    const view = this.#scene.view.get()
    if (event.ctrlKey || event.metaKey) {
      this.#scene.view.set(zoomed(view, Math.exp(-event.deltaY * unit * WHEEL_ZOOM), event.offsetX))
      return
    }
    const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY
    this.#scene.look(panned(view, delta * unit))
  }
}

function cursorOf(hit: Hit): string {
  if (hit.block === null) return ''
  if (hit.row !== 'original') return 'pointer'
  return hit.part === 'middle' ? 'grab' : 'ew-resize'
}

function spread([one = 0, other = 0]: readonly number[]): number {
  return Math.max(1, Math.abs(one - other))
}

function middle([one = 0, other = 0]: readonly number[]): number {
  return (one + other) / 2
}
