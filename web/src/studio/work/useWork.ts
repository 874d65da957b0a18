import { useQuery } from '@tanstack/react-query'
import { operationQuery, operationsQuery } from '../../api/queries'
import type { Operation, Project } from '../../api/types'
import { workOf } from './work'

interface Work {
  /** What works on the project now. */
  running: Operation | null
  /** What went wrong or was stopped last, unless something was begun after it. */
  stopped: Operation | null
}

/** What works on a project, and what did so last for one of its languages. */
export function useWork(project: Project, language: string): Work {
  const listed = useQuery(operationsQuery(project.id))
  const known = listed.data?.items ?? (project.operation === null ? [] : [project.operation])
  const { running, stopped } = workOf(known, language)
  const followed = useQuery({ ...operationQuery(running?.id ?? ''), enabled: running !== null, initialData: running ?? undefined })
  const fresh = followed.data ?? running
  return { running: fresh?.done === false ? fresh : null, stopped }
}
