import type { Speaker } from '../api/types'
import type { Translate } from '../i18n/messages'

/** What a speaker is called on screen: by the name that somebody gave, else by number. */
export function speakerName(speaker: Pick<Speaker, 'id' | 'name'>, t: Translate): string {
  if (speaker.name !== speaker.id) return speaker.name
  return t('lines.speakerNumber', { n: speaker.id.replace(/^S/, '') })
}
