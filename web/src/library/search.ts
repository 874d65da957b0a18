/** What the library's address remembers, so that a reload and a link show the same. */
export interface LibrarySearch {
  q?: string
  state?: ProjectState
}

export const PROJECT_STATES = ['working', 'ready', 'stale', 'failed', 'draft'] as const
export type ProjectState = (typeof PROJECT_STATES)[number]

/** The API takes no longer part of a name. */
export const LONGEST_SEARCH = 200

export function librarySearch(asked: Record<string, unknown>): LibrarySearch {
  // A number in the address arrives as one, and a name may well be `1984`.
  const written = typeof asked['q'] === 'number' ? String(asked['q']) : asked['q']
  const q = typeof written === 'string' ? written.slice(0, LONGEST_SEARCH) : ''
  return { q: q === '' ? undefined : q, state: PROJECT_STATES.find((state) => state === asked['state']) }
}
