import { numbers, plurals } from './formatters'

export type Values = Readonly<Record<string, string | number>>

const PART = /\{(\w+)(?:, (plural|select), ((?:[^{}]|\{[^{}]*\})*))?\}/g
const CASE = /(=?\w+) \{([^{}]*)\}/g

/**
 * A message with its values: `{name}`, `{n, plural, one {# line} other {# lines}}`, `{x, select, a {…} other {…}}`.
 *
 * The subset of ICU MessageFormat that this page needs; cases do not nest.
 * https://unicode-org.github.io/icu/userguide/format_parse/messages/
 */
export function formatMessage(message: string, values: Values, locale: string): string {
  return message.replace(PART, (whole, name: string, kind: string | undefined, cases: string | undefined) => {
    const value = values[name]
    if (value === undefined) return whole
    if (kind === undefined || cases === undefined) return shown(value, locale)
    const texts = new Map([...cases.matchAll(CASE)].map((match) => [match[1] ?? '', match[2] ?? '']))
    const text = texts.get(`=${String(value)}`) ?? texts.get(chosen(kind, value, locale)) ?? texts.get('other') ?? ''
    return text.replaceAll('#', shown(value, locale))
  })
}

function chosen(kind: string, value: string | number, locale: string): string {
  return kind === 'plural' ? plurals(locale).select(Number(value)) : String(value)
}

function shown(value: string | number, locale: string): string {
  return typeof value === 'number' ? numbers(locale).format(value) : value
}
