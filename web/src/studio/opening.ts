import type { QueryClient } from '@tanstack/react-query'
import { projectFilesQuery, projectQuery, scriptQuery } from '../api/queries'
import type { Project, Target } from '../api/types'

/** The language that is open: the one that was asked for, else the first. */
export function openTarget(project: Project, asked: string | undefined): Target | null {
  return project.targets.find(({ language }) => language === asked) ?? project.targets[0] ?? null
}

/** Whether the lines of a language can be asked for. */
export function hasScript(project: Project, target: Target | null): target is Target {
  return target !== null && (project.has_transcript || target.output_revision > 0)
}

/** Asks for the project, its poster's address and its lines while the studio's own code is still on its way. */
export async function fetchAhead(queries: QueryClient, id: string, language: string | undefined): Promise<void> {
  const asked = projectQuery(id)
  void queries.prefetchQuery(projectFilesQuery(id))
  await queries.prefetchQuery(asked)
  const project = queries.getQueryData(asked.queryKey)
  if (project === undefined) return
  const target = openTarget(project, language)
  if (hasScript(project, target)) await queries.prefetchQuery(scriptQuery(id, target.language))
}
