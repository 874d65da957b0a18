const IN_STEP_MS = 18
const TOO_FAR_MS = 450
const DOSE = 0.25
const SETTLES_MS = 250
const START_SETTLES_MS = 350
const SWITCH_SETTLES_MS = 120
const USUAL_LOSS_MS = 20
const MOST_LOSS_MS = 60

/** What to do with the one that is not heard: run it at `times` the rate for now, or put it where the other is. */
export type Correction = { to: 'rate'; times: number } | { to: 'seek' }

/**
 * Brings the one that is not heard into step with the one that is, which no ear notices.
 *
 * Browsers act on a new rate only after the sound that they hold already, so a correction that follows every measurement
 * swings. This one is dosed instead: a rate for just as long as makes up for what was measured, then rest, then a look.
 * Some browsers also stumble over a new rate and lose a little time, which every dose makes up for beforehand. How much
 * that is, the look after a dose tells.
 */
export class Drift {
  #times = 1
  #untilMs = -Infinity
  #restsUntilMs = -Infinity
  #lossMs = USUAL_LOSS_MS
  #isDosed = false

  /** What to do at `nowMs` on the wall clock about a follower that is `aheadMs` before what is heard at `rate`. */
  correct(aheadMs: number, rate: number, nowMs: number): Correction {
    if (nowMs < this.#untilMs) return { to: 'rate', times: this.#times }
    if (nowMs < this.#restsUntilMs) return { to: 'rate', times: 1 }
    this.#learn(aheadMs)
    if (Math.abs(aheadMs) <= IN_STEP_MS) return { to: 'rate', times: 1 }
    if (Math.abs(aheadMs) > TOO_FAR_MS) {
      this.rest(nowMs)
      return { to: 'seek' }
    }
    const gainMs = this.#lossMs - aheadMs
    this.#times = gainMs > 0 ? 1 + DOSE : 1 - DOSE
    this.#untilMs = nowMs + Math.abs(gainMs) / (DOSE * rate)
    this.#restsUntilMs = this.#untilMs + SETTLES_MS
    this.#isDosed = true
    return { to: 'rate', times: this.#times }
  }

  /** Leaves both alone for a moment, as after a start or a seek: what is measured then is not how they run. */
  rest(nowMs: number): void {
    this.#restFor(START_SETTLES_MS, nowMs)
  }

  /** After the other voice is heard: browsers put a little off what becomes audible, at once and then no more. */
  restAfterSwitch(nowMs: number): void {
    this.#restFor(SWITCH_SETTLES_MS, nowMs)
  }

  #restFor(lastingMs: number, nowMs: number): void {
    this.#untilMs = -Infinity
    this.#restsUntilMs = nowMs + lastingMs
    this.#isDosed = false
  }

  /** What a dose left over is what it reckoned wrongly; half of it counts, for measurements are rough. */
  #learn(leftAheadMs: number): void {
    if (this.#isDosed) this.#lossMs = Math.min(MOST_LOSS_MS, Math.max(0, this.#lossMs - leftAheadMs / 2))
    this.#isDosed = false
  }
}
