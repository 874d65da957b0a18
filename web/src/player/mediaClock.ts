import type { Clock } from './player'

/** A clock that is set from outside, and tells everybody who follows it. */
export class MediaClock implements Clock {
  #nowMs = 0
  #durationMs = 0
  readonly #listeners = new Set<() => void>()

  get nowMs(): number {
    return this.#nowMs
  }

  get durationMs(): number {
    return this.#durationMs
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  set(nowMs: number): void {
    if (nowMs === this.#nowMs) return
    this.#nowMs = nowMs
    this.#tell()
  }

  setDuration(durationMs: number): void {
    if (durationMs === this.#durationMs) return
    this.#durationMs = durationMs
    this.#tell()
  }

  #tell(): void {
    for (const listener of this.#listeners) listener()
  }
}
