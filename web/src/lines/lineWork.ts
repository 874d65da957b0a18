import { createContext, use } from 'react'
import type { Line } from '../api/types'
import type { Drafts } from './drafts'

/** What the rows of the list share. */
export interface LineWork {
  drafts: Drafts
  /** The language of the translation, and of what was said. */
  language: string
  sourceLanguage: string
  speakerName: (speaker: string) => string
  isEdited: (line: Line) => boolean
  /** How many lines wait to be spoken. */
  edited: number
  /** Whether nothing works on this dub, so that lines may be spoken. */
  canSpeak: boolean
  select: (line: number) => void
  play: (line: Line) => void
  speak: () => void
  accept: (line: number) => void
  /** Cuts the line at this place of its translation. */
  splitAtCaret: (line: Line, caret: number) => void
  /** Cuts the line where the player is, both texts in proportion. */
  splitAtPlayer: (line: Line) => void
}

export const LineWorkContext = createContext<LineWork | null>(null)

export function useLineWork(): LineWork {
  const work = use(LineWorkContext)
  if (work === null) throw new Error('useLineWork stands outside of the list of lines')
  return work
}
