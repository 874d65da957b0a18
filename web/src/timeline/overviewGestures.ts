import type { Scene } from './scene'
import { endMs } from './view'

/** Turns presses on the overview into looking elsewhere, and into seeking where there are no lanes. */
export class OverviewGestures {
  readonly #scene: Scene
  readonly #on: HTMLElement
  readonly #seek: (ms: number) => void
  readonly #hasLanes: () => boolean
  readonly #stopping = new AbortController()
  /** How far behind the pointer the middle of the window is; null while nothing is pressed. */
  #behindMs: number | null = null
  #hasMoved = false

  constructor(scene: Scene, on: HTMLElement, { seek, hasLanes }: { seek: (ms: number) => void; hasLanes: () => boolean }) {
    this.#scene = scene
    this.#on = on
    this.#seek = seek
    this.#hasLanes = hasLanes
    const { signal } = this.#stopping
    on.addEventListener('pointerdown', this.#down, { signal })
    on.addEventListener('pointermove', this.#move, { signal })
    on.addEventListener('pointerup', this.#up, { signal })
    on.addEventListener('pointercancel', this.#cancel, { signal })
  }

  stop(): void {
    this.#stopping.abort()
  }

  #down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    this.#on.setPointerCapture(event.pointerId)
    const view = this.#scene.view.get()
    const ms = this.#timeOf(event)
    const isInside = ms >= view.startMs && ms <= endMs(view)
    this.#behindMs = isInside ? (view.startMs + endMs(view)) / 2 - ms : 0
    this.#hasMoved = false
  }

  #move = (event: PointerEvent): void => {
    if (this.#behindMs === null || event.movementX === 0) return
    this.#hasMoved = true
    const ms = this.#timeOf(event)
    if (!this.#hasLanes()) return this.#seek(ms)
    this.#scene.following.set(false)
    this.#scene.centre(ms + this.#behindMs)
  }

  #up = (event: PointerEvent): void => {
    const isTap = this.#behindMs !== null && !this.#hasMoved
    this.#behindMs = null
    if (!isTap) return
    const ms = this.#timeOf(event)
    this.#scene.centre(ms)
    this.#seek(ms)
  }

  #cancel = (): void => {
    this.#behindMs = null
  }

  #timeOf(event: PointerEvent): number {
    const { durationMs } = this.#scene.view.get()
    return Math.max(0, Math.min(durationMs, (event.offsetX / Math.max(1, this.#on.clientWidth)) * durationMs))
  }
}
