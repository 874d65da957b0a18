import type { MessageKey } from '../i18n/catalogue'
import type { Line } from '../api/types'

/** A word or two about a line. `look` asks a person for something, `plain` only tells. */
export interface Badge {
  kind: 'look' | 'edited' | 'plain'
  messageKey: MessageKey
  /** Part of the message where it has a place for it. */
  detail: string
  /** A text of the dub or its check that belongs to the badge. */
  quote: string
}

const QUOTED: ReadonlySet<string> = new Set(['shorter_text', 'heard_differently'])

/** What is to be said of a line besides its texts. */
export function badgesOf(line: Line, isEdited: boolean): readonly Badge[] {
  const badges: Badge[] = line.look.map(({ reason, detail }) => ({
    kind: 'look',
    messageKey: `lines.look.${reason}` as const,
    detail,
    quote: QUOTED.has(reason) ? detail : '',
  }))
  const isUntranslated = (line.target_text ?? '').trim() === '' && line.keep_original !== true
  if (isUntranslated && !line.look.some(({ reason }) => reason === 'untranslated')) badges.push(plain('lines.badge.untranslated'))
  if (isEdited && !isUntranslated) badges.push({ kind: 'edited', messageKey: 'lines.badge.edited', detail: '', quote: '' })
  if (line.locked === true) badges.push(plain('lines.badge.locked'))
  if (line.keep_original === true) badges.push(plain('lines.badge.keepsOriginal'))
  return badges
}

function plain(messageKey: MessageKey): Badge {
  return { kind: 'plain', messageKey, detail: '', quote: '' }
}
