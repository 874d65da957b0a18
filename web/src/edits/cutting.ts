import type { Cut, WholeLine } from './commands'

/** A cut of every text: those of other languages at the word boundary that lies as far in as in the source. */
export function proportionalCut(
  whole: WholeLine,
  language: string,
  where: { sourceCharacters: number; targetCharacters: number; atMs: number },
): Cut {
  const share = where.sourceCharacters / Math.max(1, whole.sourceText.length)
  const cuts = Object.entries(whole.targets).map(([other, target]) => [other, wordBoundary(target.target_text, share, other)] as const)
  return {
    atMs: where.atMs,
    sourceCharacters: where.sourceCharacters,
    targetCharacters: { ...Object.fromEntries(cuts), [language]: where.targetCharacters },
  }
}

/** The place between two words of a text that is nearest to `share` of it; 0 for a text of one word. */
export function wordBoundary(text: string, share: number, language?: string): number {
  const wanted = text.length * share
  const places = wordStarts(text, language).filter((place) => text.slice(0, place).trim() !== '')
  return places.reduce((best, place) => (best === 0 || Math.abs(place - wanted) < Math.abs(best - wanted) ? place : best), 0)
}

function wordStarts(text: string, language?: string): number[] {
  const words = [...new Intl.Segmenter(language, { granularity: 'word' }).segment(text)].filter((part) => part.isWordLike === true)
  return words.slice(1).map((word) => beforeOpening(text, word.index))
}

/** Marks that open a word belong to it, such as a bracket or an inverted question mark. */
function beforeOpening(text: string, place: number): number {
  let start = place
  while (start > 0 && /[^\s\p{L}\p{N}.,;:!?…)\]}»”’'-]/u.test(text.charAt(start - 1))) start -= 1
  return start
}
