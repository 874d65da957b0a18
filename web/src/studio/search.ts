/** What the studio's address remembers, so that a reload and a link show the same. */
export interface StudioSearch {
  lang?: string
  line?: number
  tab?: StudioTab
}

export const STUDIO_TABS = ['line', 'speakers', 'glossary', 'sound'] as const
export type StudioTab = (typeof STUDIO_TABS)[number]

export function studioSearch(asked: Record<string, unknown>): StudioSearch {
  const line = Number(asked['line'])
  return {
    lang: typeof asked['lang'] === 'string' ? asked['lang'] : undefined,
    line: Number.isInteger(line) && line > 0 ? line : undefined,
    tab: STUDIO_TABS.find((tab) => tab === asked['tab']),
  }
}
