import type { Line } from '../api/types'
import { Store } from '../ui/store'
import type { LineChanges } from './edits'

/** Two people wrote one line: both texts, and who is to decide. */
export interface Conflict {
  line: number
  language: string
  mine: string
  theirs: string
  decide: (kept: 'mine' | 'theirs') => void
}

/** The conflict that waits for a decision, or null. */
export const conflictStore = new Store<Conflict | null>(null)

/** Thrown inside of an edit that a person gave up for somebody else's. */
export class TheirsKept extends Error {}

/** Whether somebody else wrote another text than both the one an edit began with and its own. */
export function isConflict(began: Line, theirs: Line, changes: LineChanges): boolean {
  const mine = changes.target_text
  return mine !== undefined && theirs.target_text !== began.target_text && theirs.target_text !== mine
}

/** Asks which text stays. */
export function ask(conflict: Omit<Conflict, 'decide'>): Promise<'mine' | 'theirs'> {
  return new Promise((resolve) => {
    conflictStore.set({
      ...conflict,
      decide: (kept) => {
        conflictStore.set(null)
        resolve(kept)
      },
    })
  })
}
