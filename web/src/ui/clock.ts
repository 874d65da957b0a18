const SECOND_MS = 1_000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS

const CLOCK = /^(?:(\d{1,3}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,3}))?$/
const SECONDS = /^(\d{1,6})(?:[.,](\d{1,3}))?$/

/** A time as people read it: `m:ss`, with tenths `m:ss.t`, and `h:mm:ss` from an hour on. */
export function clock(ms: number, shown: { tenths?: boolean } = {}): string {
  const isLong = ms >= HOUR_MS
  const whole = Math.max(0, ms)
  const tenths = shown.tenths === true ? `.${String(Math.floor((whole % SECOND_MS) / 100))}` : ''
  const seconds = twoDigits(Math.floor((whole % MINUTE_MS) / SECOND_MS))
  const minutes = Math.floor((whole % HOUR_MS) / MINUTE_MS)
  if (!isLong) return `${String(minutes)}:${seconds}${tenths}`
  return `${String(Math.floor(whole / HOUR_MS))}:${twoDigits(minutes)}:${seconds}${tenths}`
}

/** The milliseconds of a time that a person wrote (`75.5`, `1:15.5`, `1:02:03`); null where it is none. */
export function parseClock(text: string): number | null {
  const written = text.trim()
  const plain = SECONDS.exec(written)
  if (plain !== null) return Number(plain[1]) * SECOND_MS + fractionMs(plain[2])
  const parts = CLOCK.exec(written)
  if (parts === null) return null
  const [hours, minutes, seconds] = [Number(parts[1] ?? 0), Number(parts[2]), Number(parts[3])]
  if (seconds > 59 || (parts[1] !== undefined && minutes > 59)) return null
  return hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS + fractionMs(parts[4])
}

function twoDigits(count: number): string {
  return String(count).padStart(2, '0')
}

function fractionMs(digits: string | undefined): number {
  return Number((digits ?? '').padEnd(3, '0'))
}
