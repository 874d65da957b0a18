const WINDOW_MS = 8_000
const SHORTEST_MS = 500

interface Mark {
  atMs: number
  sent: number
}

/** How fast something is sent: the mean of the last seconds, so that a stall shows and a spike does not. */
export class RateMeter {
  #marks: Mark[] = []

  /** `sent` bytes in all have gone by `atMs`. Going back begins anew. */
  note(atMs: number, sent: number): void {
    const last = this.#marks.at(-1)
    if (last !== undefined && sent < last.sent) this.#marks = []
    this.#marks.push({ atMs, sent })
    this.#marks = this.#marks.filter((mark) => atMs - mark.atMs <= WINDOW_MS)
  }

  /** Forgets everything, as after a pause. */
  clear(): void {
    this.#marks = []
  }

  /** Bytes in a second; null as long as nobody can tell. */
  get perSecond(): number | null {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)]
    if (first === undefined || last === undefined) return null
    const tookMs = last.atMs - first.atMs
    return tookMs < SHORTEST_MS ? null : ((last.sent - first.sent) * 1_000) / tookMs
  }
}

/** How long the rest takes at this rate, in whole milliseconds; null where nobody can tell. */
export function timeLeftMs(left: number, perSecond: number | null): number | null {
  return perSecond === null || perSecond <= 0 ? null : Math.round((left / perSecond) * 1_000)
}
