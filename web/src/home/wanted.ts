import type { ProjectSettings } from '../api/types'

/** What a person wants of the dub, whole and possible. */
export interface Wanted {
  /** Null: the server finds out. */
  spoken: string | null
  targets: readonly string[]
  settings: ProjectSettings
  /** US dollars that paid services may cost; null is no limit. */
  budget: number | null
}

/** What a person chose so far; `targets` null: nothing yet, so a sensible one is taken. */
export interface Choices {
  spoken: string | null
  targets: readonly string[] | null
  speakers: number | null
  keepBackground: boolean
  backgroundDb: number
  glossaries: readonly string[]
  budget: number | null
}

export const NO_CHOICES: Choices = {
  spoken: null,
  targets: null,
  speakers: null,
  keepBackground: true,
  backgroundDb: 0,
  glossaries: [],
  budget: null,
}

/** The choices as the server takes them, with the targets that are possible. */
export function wantedOf(choices: Choices, targets: readonly string[]): Wanted {
  return {
    spoken: choices.spoken,
    targets,
    budget: choices.budget,
    settings: {
      glossaries: [...choices.glossaries],
      keep_background: choices.keepBackground,
      background_db: choices.backgroundDb,
      voice_over: false,
      speakers: choices.speakers,
    },
  }
}
