const IN_STEP_MS = 18
const FAR_MS = 100
const TOO_FAR_MS = 450
const GENTLY = 0.1
const FIRMLY = 0.25
const SETTLES_MS = 250
const START_SETTLES_MS = 350

/** What to do with the one that is not heard: run it at `times` the rate for now, or put it where the other is. */
export type Correction = { to: 'rate'; times: number } | { to: 'seek' }

/**
 * Brings the one that is not heard into step with the one that is, which no ear notices.
 *
 * Browsers act on a new rate only after the sound that they hold already, so a correction that follows every measurement
 * swings. This one is dosed instead: a rate for just as long as makes up for what was measured, then rest, then a look.
 */
export class Drift {
  #times = 1
  #untilMs = -Infinity
  #restsUntilMs = -Infinity

  /** What to do at `nowMs` on the wall clock about a follower that is `aheadMs` before what is heard at `rate`. */
  correct(aheadMs: number, rate: number, nowMs: number): Correction {
    if (nowMs < this.#untilMs) return { to: 'rate', times: this.#times }
    const distanceMs = Math.abs(aheadMs)
    if (nowMs < this.#restsUntilMs || distanceMs <= IN_STEP_MS) return { to: 'rate', times: 1 }
    if (distanceMs > TOO_FAR_MS) {
      this.rest(nowMs)
      return { to: 'seek' }
    }
    const dose = distanceMs > FAR_MS ? FIRMLY : GENTLY
    this.#times = aheadMs > 0 ? 1 - dose : 1 + dose
    this.#untilMs = nowMs + distanceMs / (dose * rate)
    this.#restsUntilMs = this.#untilMs + SETTLES_MS
    return { to: 'rate', times: this.#times }
  }

  /** Leaves both alone for a moment, as after a start or a seek: what is measured then is not how they run. */
  rest(nowMs: number): void {
    this.#untilMs = -Infinity
    this.#restsUntilMs = nowMs + START_SETTLES_MS
  }
}
