/**
 * What each measure may reach on a quiet machine.
 *
 * A busy machine is given more: each limit is multiplied by how much longer the same sum takes there than at its
 * quickest. Whatever the machine, more than `MOST_ALLOWANCE` times the limit fails.
 */
export const LIMITS = [
  { name: 'home LCP', unit: 'ms', limit: 1500 },
  { name: 'studio LCP', unit: 'ms', limit: 1500 },
  { name: 'interaction p98', unit: 'ms', limit: 120 },
  { name: 'list frames p95', unit: 'ms', limit: 34 },
  { name: 'timeline paint p95', unit: 'ms', limit: 8 },
  { name: 'timeline pan frames p95', unit: 'ms', limit: 34 },
  { name: 'rows in the page', unit: '', limit: 60, isExact: true },
]

const MOST_ALLOWANCE = 3

export function allowanceOf(slowness) {
  return Math.min(MOST_ALLOWANCE, Math.max(1, slowness))
}

/** One row for each measure, and whether all of them hold. */
export function judged(measures, allowance) {
  const rows = LIMITS.map(({ name, unit, limit, isExact }) => {
    const measured = measures[name]
    const most = isExact ? limit : limit * allowance
    return { measure: name, measured: shown(measured, unit), budget: shown(limit, unit), 'fails above': shown(most, unit), holds: measured <= most }
  })
  return { rows, holds: rows.every((row) => row.holds) }
}

export function quantile(values, part) {
  if (values.length === 0) throw new Error('nothing was measured')
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))]
}

function shown(value, unit) {
  return `${value.toFixed(unit === 'ms' && value < 100 ? 1 : 0)} ${unit}`.trim()
}
