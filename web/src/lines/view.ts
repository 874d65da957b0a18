import { Store } from '../ui/store'

/** Which lines are shown. */
export type Show = 'all' | 'look' | 'edited'

export const SHOWS = ['all', 'look', 'edited'] as const

/** What the list shows and whether it follows the player. */
export interface LinesView {
  show: Show
  /** Only the lines of this speaker; null: of all. */
  speaker: string | null
  find: string
  follows: boolean
}

const FIRST: LinesView = { show: 'all', speaker: null, find: '', follows: true }

/** How the list of the open project is looked at. */
export const viewStore = new Store<LinesView>(FIRST)

export function changeView(changes: Partial<LinesView>): void {
  viewStore.set({ ...viewStore.get(), ...changes })
}

/** Back to all lines, for another project. */
export function resetView(): void {
  viewStore.set({ ...FIRST, follows: viewStore.get().follows })
}
