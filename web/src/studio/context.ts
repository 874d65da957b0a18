import { createContext, use } from 'react'
import type { Line, Operation, Project, Script, Speaker } from '../api/types'
import type { Edits } from '../edits/edits'
import type { Player } from '../player/player'
import { useStore, type Store } from '../ui/store'

/** What the parts of the studio share: one project in one language, its lines, the player and the edits. */
export interface Studio {
  project: Project
  language: string
  /** Null before anything was heard. */
  script: Script | null
  lines: readonly Line[]
  speakers: readonly Speaker[]
  /** What works on this project now, or null. */
  operation: Operation | null
  player: Player
  edits: Edits
  /** The selected line. It changes with every step through the list, so only who shows it follows it. */
  selection: Store<number | null>
  /** Selects a line; `seek` moves the player to its start too. */
  selectLine: (line: number | null, how?: { seek?: boolean }) => void
}

export const StudioContext = createContext<Studio | null>(null)

export function useStudio(): Studio {
  const studio = use(StudioContext)
  if (studio === null) throw new Error('useStudio stands outside of the studio')
  return studio
}

/** The selected line; renders again with every selection. */
export function useSelectedLine(): number | null {
  return useStore(useStudio().selection)
}
