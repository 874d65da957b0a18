const MINUTE_S = 60
const HOUR_S = 3_600
const FINE_MINUTES = 10
const STEP_MINUTES = 5

/** A time nobody knows exactly, in words: `4 minutes`, `25 minutes`, `2 hours, 10 minutes`. */
export function roughTime(seconds: number, locale: string): string {
  const exact = Math.max(1, Math.round(seconds / MINUTE_S))
  const minutes = exact <= FINE_MINUTES ? exact : Math.round(exact / STEP_MINUTES) * STEP_MINUTES
  if (minutes * MINUTE_S < HOUR_S) return amount(minutes, 'minute', locale)
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60]
  const parts = [amount(hours, 'hour', locale), ...(rest === 0 ? [] : [amount(rest, 'minute', locale)])]
  return new Intl.ListFormat(locale, { type: 'unit' }).format(parts)
}

function amount(count: number, unit: 'minute' | 'hour', locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).format(count)
}
