import type { Operation } from '../../api/types'

/** What runs, and what ended badly, of a project's operations (newest first), as one language sees it. */
export function workOf(operations: readonly Operation[], language: string): { running: Operation | null; stopped: Operation | null } {
  const own = operations.filter((operation) => operation.target === null || operation.target === language)
  const running = own.find((operation) => !operation.done) ?? operations.find((operation) => !operation.done) ?? null
  const newest = own[0]
  const isStopped = newest !== undefined && (newest.state === 'failed' || newest.state === 'cancelled')
  return { running, stopped: isStopped ? newest : null }
}
