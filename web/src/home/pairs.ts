import type { Languages } from '../api/types'

/** The languages that can be dubbed from: understood, and translated into at least one that is spoken. */
export function spokenLanguages(languages: Languages): string[] {
  return languages.heard.filter((heard) => targetsFrom(languages, heard).length > 0)
}

/** The languages that can be dubbed into from `spoken`; from any that is understood where it is null. */
export function targetsFrom(languages: Languages, spoken: string | null): string[] {
  const sources = new Set(spoken === null ? languages.heard : [base(spoken)])
  const reached = languages.translated.filter((pair) => sources.has(pair.source) && pair.source !== pair.target)
  const targets = new Set(reached.map((pair) => pair.target))
  return languages.spoken.filter((language) => targets.has(language))
}

/** What to dub into when nobody said: the first of the reader's languages that is possible, or else the first.
 *
 * `told` is the language that the video says it is in, which is not dubbed into.
 */
export function usualTarget(possible: readonly string[], preferred: readonly string[], told: string | null): string | null {
  const sensible = told === null ? possible : possible.filter((language) => language !== base(told))
  const liked = preferred.map(base).find((language) => sensible.includes(language))
  return liked ?? sensible[0] ?? null
}

/** The chosen targets that are possible, and those that are not from this spoken language. */
export function sorted(chosen: readonly string[], possible: readonly string[]): { taken: string[]; left: string[] } {
  const taken = chosen.filter((language) => possible.includes(language))
  return { taken, left: chosen.filter((language) => !possible.includes(language)) }
}

function base(tag: string): string {
  return tag.split('-')[0]?.toLowerCase() ?? tag
}
