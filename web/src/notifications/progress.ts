import type { Operation, OperationEvent } from '../api/types'
import type { Progress } from './title'

const DONE: readonly OperationEvent['state'][] = ['succeeded', 'failed', 'cancelled']

/** What is known of the work going on, after one more event. */
export function withEvent(progress: Progress, event: OperationEvent): Progress {
  const known = new Map(progress)
  if (DONE.includes(event.state)) known.delete(event.operation)
  else known.set(event.operation, event.progress.percent ?? 0)
  return known
}

/** What is known from the list of operations. */
export function progressOf(operations: readonly Operation[]): Progress {
  return new Map(operations.filter(({ done }) => !done).map(({ id, progress }) => [id, progress.percent ?? 0]))
}
