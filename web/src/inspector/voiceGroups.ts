import type { Speaker, Voice } from '../api/types'

export interface VoiceGroup {
  name: 'recommended' | 'others'
  voices: readonly Voice[]
}

/** The voices of an engine, those that sound most like the speaker first. */
export function voiceGroups(voices: readonly Voice[], gender: Speaker['gender'], engine: string | undefined): readonly VoiceGroup[] {
  const ofEngine = voices.filter((voice) => engine === undefined || voice.provider === engine)
  const isAlike = (voice: Voice) => gender !== 'unknown' && voice.gender === gender
  const groups: VoiceGroup[] = [
    { name: 'recommended', voices: ofEngine.filter(isAlike) },
    { name: 'others', voices: ofEngine.filter((voice) => !isAlike(voice)) },
  ]
  return groups.filter((group) => group.voices.length > 0)
}

/** The voices whose name, id or style has all the words. */
export function matching(voices: readonly Voice[], words: string): readonly Voice[] {
  const wanted = words.toLocaleLowerCase().split(/\s+/).filter(Boolean)
  return voices.filter((voice) => {
    const told = [voice.name, voice.id, voice.language, ...(voice.style_tags ?? [])].join(' ').toLocaleLowerCase()
    return wanted.every((word) => told.includes(word))
  })
}
