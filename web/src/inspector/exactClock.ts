import { clock } from '../ui/clock'

/** A time to the millisecond, as it can be written back: `0:05.532`. */
export function exactClock(ms: number): string {
  return `${clock(ms)}.${String(Math.floor(ms % 1_000)).padStart(3, '0')}`
}
