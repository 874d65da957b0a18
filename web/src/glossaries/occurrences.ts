/**
 * Where a term stands in texts, as the translation will see it: whole words only. A term in small
 * letters stands for the word however it is written, one with capitals only for itself.
 */
export function holdsTerm(text: string, term: string): boolean {
  const wanted = composed(term)
  if (wanted === '') return false
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), wanted === wanted.toLowerCase() ? 'giu' : 'gu')
  const whole = composed(text)
  return [...whole.matchAll(pattern)].some((found) => !isInsideWord(whole, found.index) && !isInsideWord(whole, found.index + found[0].length))
}

/** How many of the texts hold a term. */
export function countHolding(texts: readonly string[], term: string): number {
  return texts.filter((text) => holdsTerm(text, term)).length
}

interface TranslatedLine {
  id: number
  source_text: string
  target_text?: string
  locked?: boolean
}

/** The lines that hold a term and were translated without the wanted wording; a locked line stays. */
export function linesWithout(lines: readonly TranslatedLine[], term: string, translation: string): number[] {
  const isMissing = ({ source_text, target_text = '', locked = false }: TranslatedLine) =>
    !locked && target_text !== '' && holdsTerm(source_text, term) && !holdsTerm(target_text, translation)
  return lines.filter(isMissing).map(({ id }) => id)
}

const LETTER = /[\p{L}\p{M}\p{N}_]/u
// Thai, Lao, Burmese, Khmer, Japanese and Chinese are written without spaces.
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/
const POSSESSIVE = /^['’]s(?![\p{L}\p{M}\p{N}_])/u
const CONTRACTED_AFTER = /^['’][\p{L}\p{M}\p{N}_]/u
const CONTRACTED_BEFORE = /[\p{L}\p{M}\p{N}_]['’]$/u
const SHORT_ENDING = /^[\p{L}\p{M}\p{N}_]{1,2}(?![\p{L}\p{M}\p{N}_])/u
const COMPOUND_AFTER = /^[-\u2010\u2011][\p{L}\p{M}\p{N}_]/u
const COMPOUND_BEFORE = /[\p{L}\p{M}\p{N}_][-\u2010\u2011]$/u

/** Whether one word, compound or contraction goes on from before `at` to after it. */
function isInsideWord(text: string, at: number): boolean {
  const [before, after] = [text.slice(0, at), text.slice(at)]
  if (before === '' || after === '') return false
  if (UNSPACED.test(text.slice(at - 1, at + 1))) return /^\p{M}/u.test(after)
  const endsInLetter = LETTER.test(before.at(-1) ?? '')
  if (endsInLetter && LETTER.test(after.charAt(0))) return true
  if (endsInLetter && COMPOUND_AFTER.test(after)) return true
  if (endsInLetter && CONTRACTED_AFTER.test(after)) return !POSSESSIVE.test(after)
  if (COMPOUND_BEFORE.test(before) && LETTER.test(after.charAt(0))) return true
  return CONTRACTED_BEFORE.test(before) && SHORT_ENDING.test(after)
}

function composed(text: string): string {
  return text.normalize('NFC').trim().replace(/\s+/g, ' ')
}
