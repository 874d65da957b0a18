/** A canvas that is as sharp as the screen, and painted once a frame at most. */
export class Surface {
  readonly #canvas: HTMLCanvasElement
  readonly #pen: CanvasRenderingContext2D | null
  readonly #paint: Paint
  #queued = 0

  constructor(canvas: HTMLCanvasElement, paint: Paint) {
    this.#canvas = canvas
    this.#pen = canvas.getContext('2d')
    this.#paint = paint
  }

  /** Asks for a new picture with the next frame. */
  request = (): void => {
    if (this.#queued === 0) this.#queued = requestAnimationFrame(this.#frame)
  }

  stop(): void {
    cancelAnimationFrame(this.#queued)
  }

  #frame = (): void => {
    this.#queued = 0
    const { clientWidth: widthPx, clientHeight: heightPx } = this.#canvas
    if (this.#pen === null || widthPx === 0 || heightPx === 0) return
    const sharpness = Math.min(3, devicePixelRatio)
    const [width, height] = [Math.round(widthPx * sharpness), Math.round(heightPx * sharpness)]
    if (this.#canvas.width !== width || this.#canvas.height !== height) {
      this.#canvas.width = width
      this.#canvas.height = height
    }
    this.#pen.setTransform(sharpness, 0, 0, sharpness, 0, 0)
    this.#paint(this.#pen, widthPx, heightPx)
  }
}

export type Paint = (pen: CanvasRenderingContext2D, widthPx: number, heightPx: number) => void
