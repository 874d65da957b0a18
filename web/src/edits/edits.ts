import type { Store } from '../ui/store'

/** What may be changed of one line of one language. Null takes a choice back. */
export interface LineChanges {
  target_text?: string
  voice?: string | null
  speed?: number | null
  locked?: boolean
  keep_original?: boolean
  accepted?: boolean
}

/** Changes to what was heard: they hold for every language. */
export interface HeardChanges {
  text?: string
  speaker?: string
  start_ms?: number
  end_ms?: number
}

export interface EditsState {
  /** How many edits are on their way to the server. */
  saving: number
  canUndo: boolean
  canRedo: boolean
}

/** Edits of the open project. Each is saved at once, can be undone, and rejects with a `Problem`. */
export interface Edits {
  readonly state: Store<EditsState>
  changeLine: (line: number, changes: LineChanges) => Promise<void>
  changeHeard: (line: number, changes: HeardChanges) => Promise<void>
  splitLine: (line: number, where: { sourceCharacters: number; targetCharacters: number; atMs: number }) => Promise<void>
  mergeWithNext: (line: number) => Promise<void>
  insertLine: (spoken: { speaker: string; startMs: number; endMs: number; sourceText: string; targetText: string }) => Promise<void>
  deleteLine: (line: number) => Promise<void>
  /** Speaks every edited line again; the operation shows in `Studio.operation`. */
  speak: () => Promise<void>
  undo: () => Promise<void>
  redo: () => Promise<void>
}
