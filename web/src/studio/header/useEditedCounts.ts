import { useQueries } from '@tanstack/react-query'
import { scriptQuery } from '../../api/queries'
import type { Project, Script } from '../../api/types'

/** How many edited lines wait to be spoken, by language; languages without edits are left out. The open one is asked in any case. */
export function useEditedCounts(project: Project, open: string | null): ReadonlyMap<string, number> {
  const stale = project.targets.filter((target) => target.output_revision > 0 && (target.stale || target.language === open))
  return useQueries({
    queries: stale.map(({ language }) => ({ ...scriptQuery(project.id, language), select: editedLines })),
    combine: (counts) => new Map(counts.map(({ data }, at) => [stale[at]?.language ?? '', data ?? 0])),
  })
}

function editedLines(script: Script): number {
  return script.utterances.filter((line) => line.stale).length
}
