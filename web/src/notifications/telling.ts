import type { QueryClient } from '@tanstack/react-query'
import { operationQuery, projectQuery } from '../api/queries'
import type { Operation, OperationEvent, Project } from '../api/types'
import type { Translate } from '../i18n/messages'

/** Work that ends with a dub. Whoever edits waits for the rest in the page itself. */
const MAKES_A_DUB: readonly Operation['kind'][] = ['run', 'render']

/** What is told of an operation that ended. */
export interface News {
  project: string
  title: string
  body: string
  tag: string
}

/** Whether an event is the end of something that somebody may wait for elsewhere. */
export function isEnd(event: OperationEvent): boolean {
  return event.kind === 'state' && (event.state === 'succeeded' || event.state === 'failed')
}

/** What to tell of it; null where it is nothing to call somebody for. */
export async function newsOf(event: OperationEvent, queries: QueryClient, t: Translate): Promise<News | null> {
  const operation = await queries.fetchQuery({ ...operationQuery(event.operation), staleTime: 0 })
  if (operation.project === null || !MAKES_A_DUB.includes(operation.kind)) return null
  return newsText(operation, await queries.fetchQuery(projectQuery(operation.project)), t)
}

export function newsText(operation: Operation, project: Project, t: Translate): News {
  const failure = operation.error?.message ?? ''
  return {
    project: project.id,
    title: t(operation.state === 'failed' ? 'settings.told.failed' : 'settings.told.ready', { name: project.name }),
    body: operation.state === 'failed' ? failure : t('settings.told.open'),
    // Several tabs tell the same once.
    tag: operation.id,
  }
}
