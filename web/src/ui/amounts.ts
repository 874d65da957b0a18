import { units } from '../i18n/formatters'

/** Sizes, spans and ages in the words of the page's language. */

const STEP = 1000
const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
const MINUTE_S = 60
const HOUR_S = 60 * MINUTE_S
const DAY_S = 24 * HOUR_S
const AGES: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 365 * DAY_S],
  ['month', 30 * DAY_S],
  ['day', DAY_S],
  ['hour', HOUR_S],
  ['minute', MINUTE_S],
]

/** A size such as `1.3 MB`; kilobytes are thousands. */
export function size(bytes: number, locale: string): string {
  const power = bytes < STEP ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log(bytes) / Math.log(STEP)))
  const count = bytes / STEP ** power
  return unit(count, SIZES[power] ?? 'byte', locale, count < 10 && power > 0 ? 1 : 0)
}

/** A span such as `45 sec`, `4 min` or `1 hr 20 min`. */
export function span(seconds: number, locale: string): string {
  if (seconds < MINUTE_S) return unit(Math.max(1, Math.round(seconds)), 'second', locale)
  const minutes = Math.round(seconds / MINUTE_S)
  if (minutes < 60) return unit(minutes, 'minute', locale)
  const hours = unit(Math.floor(minutes / 60), 'hour', locale)
  return minutes % 60 === 0 ? hours : `${hours} ${unit(minutes % 60, 'minute', locale)}`
}

/** How long ago something was, such as `3 hours ago`, `yesterday` or `now`. */
export function age(at: string, nowMs: number, locale: string): string {
  const passed = Math.max(0, nowMs - Date.parse(at)) / 1000
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const [name, seconds] = AGES.find(([, least]) => passed >= least) ?? ['second', 1]
  return name === 'second' ? relative.format(0, 'second') : relative.format(-Math.floor(passed / seconds), name)
}

/** A share of 100 such as `62 %`, as the language writes it. */
export function percentage(percent: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 }).format(Math.floor(percent) / 100)
}

function unit(count: number, name: string, locale: string, digits = 0): string {
  return units(locale, name, digits).format(count)
}
