import { languageNames } from '../i18n/formatters'

/** A language as people look for it: by its name in the page's language, by its own name, or by its code. */
export interface LanguageEntry {
  tag: string
  name: string
  ownName: string
}

/** The languages with their names, in the order of the page's alphabet. */
export function languageEntries(tags: readonly string[], locale: string): LanguageEntry[] {
  const inOrder = new Intl.Collator(locale).compare
  return tags
    .map((tag) => ({ tag, name: languageName(tag, locale), ownName: languageName(tag, tag) }))
    .sort((one, other) => inOrder(one.name, other.name))
}

/** What a language is called in another; its code where nobody knows a name. */
export function languageName(tag: string, locale: string): string {
  try {
    const name = languageNames(locale).of(tag) ?? tag
    return name.charAt(0).toLocaleUpperCase(locale) + name.slice(1)
  } catch {
    return tag
  }
}

/** Whether what was typed begins a word of one of its names, or is the beginning of its code. Accents do not count. */
export function isLookedFor(entry: LanguageEntry, typed: string): boolean {
  const wanted = plain(typed)
  if (wanted === '') return true
  if (plain(entry.tag).startsWith(wanted)) return true
  return [entry.name, entry.ownName].some((name) => ` ${plain(name)}`.includes(` ${wanted}`))
}

function plain(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLocaleLowerCase()
    .replace(/[\s()\-,_]+/g, ' ')
    .trim()
}
