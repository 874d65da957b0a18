/** Numbers as a language writes them. */
export const numbers = kept((locale) => new Intl.NumberFormat(locale))

/** Which plural a language takes for a number. */
export const plurals = kept((locale) => new Intl.PluralRules(locale))

/** What languages are called in a language. */
export const languageNames = kept((locale) => new Intl.DisplayNames([locale], { type: 'language' }))

/** Amounts of a unit, with so many digits after the point. */
export const units = kept((locale, unit: string, digits: number) => {
  return new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits })
})

/** Makes each formatter once: that takes a browser longer than all that it is used for. */
function kept<Formatter, More extends readonly (string | number)[]>(make: (locale: string, ...more: More) => Formatter) {
  const made = new Map<string, Formatter>()
  return (locale: string, ...more: More): Formatter => {
    const name = [locale, ...more].join(' ')
    const known = made.get(name)
    if (known !== undefined) return known
    const formatter = make(locale, ...more)
    made.set(name, formatter)
    return formatter
  }
}
