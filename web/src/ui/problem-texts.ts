import type { MessageKey } from '../i18n/catalogue'

/** The problems that this page has words of its own for, in every language; the server's are English. */
const CODES = [
  'nothing_to_dub',
  'too_large',
  'storage_full',
  'quota_exceeded',
  'throttled',
  'links_disabled',
  'site_blocked',
  'site_unreachable',
  'video_unavailable',
] as const

type Code = (typeof CODES)[number]

/** The messages for a problem with this code; null where only the server's words are known. */
export function problemTexts(code: string): { what: MessageKey; hint: MessageKey } | null {
  return isKnown(code) ? { what: `problems.${code}`, hint: `problems.${code}.hint` } : null
}

function isKnown(code: string): code is Code {
  return CODES.some((known) => known === code)
}
