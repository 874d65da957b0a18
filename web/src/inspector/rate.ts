import type { Line } from '../api/types'

/** How much there is to say in how much time. */
export interface Rate {
  perSecond: number
  /** What a voice says comfortably, and at most, in a second. */
  comfortable: number
  most: number
}

const USUAL = 18
const DENSE: Readonly<Record<string, number>> = { ja: 7.5, ko: 8, yue: 5.5, zh: 5.5 }
const FASTEST = 1.25
const GAP_MS = 80

/** The characters a second that a text takes in the time of its line and the pause after it. */
export function rateOf(text: string, line: Line, next: Line | undefined, language: string): Rate {
  const usual = DENSE[language.split('-')[0] ?? ''] ?? USUAL
  const { start_ms, end_ms } = line.span
  const free = next === undefined ? 0 : next.span.start_ms - GAP_MS - start_ms
  const ms = Math.max(1, end_ms - start_ms, free)
  return { perSecond: (1_000 * Array.from(text.trim()).length) / ms, comfortable: usual, most: usual * FASTEST }
}

export function isFast(rate: Rate): boolean {
  return rate.perSecond > rate.most
}
