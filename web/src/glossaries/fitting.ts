import type { Glossary } from '../api/types'

/** Whether a glossary is for a project's languages; regions do not count, as `pt-BR` is Portuguese. */
export function isForLanguages(glossary: Glossary, source: string | null, targets: readonly string[]): boolean {
  const isFromSource = source === null || base(glossary.source_language) === base(source)
  return isFromSource && targets.some((target) => base(target) === base(glossary.target_language))
}

/** The glossaries to show for a project: those for its languages, and whatever it uses already. */
export function offered(glossaries: readonly Glossary[], source: string | null, targets: readonly string[], used: readonly string[]): Glossary[] {
  return glossaries.filter((glossary) => used.includes(glossary.id) || isForLanguages(glossary, source, targets))
}

function base(tag: string): string {
  return tag.split('-', 1)[0]?.toLowerCase() ?? tag
}
