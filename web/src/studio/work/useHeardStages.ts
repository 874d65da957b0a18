import { useCallback, useState } from 'react'
import type { Operation, OperationEvent } from '../../api/types'
import { useLiveEvents } from '../../live/context'
import type { Count } from './steps'

/** What was heard of each stage of an operation since it is watched. Give the component the operation's id as key. */
export function useHeardStages(operation: Operation): ReadonlyMap<string, Count> {
  const { stage, done, total } = operation.progress
  const [heard, setHeard] = useState<ReadonlyMap<string, Count>>(() => (stage == null ? new Map() : new Map([[stage, { done, total }]])))
  useLiveEvents(
    useCallback(
      (event: OperationEvent) => {
        const news = event.progress
        const name = news.stage
        if (event.operation !== operation.id || name == null) return
        setHeard((before) => new Map(before).set(name, { done: news.done, total: news.total }))
      },
      [operation.id],
    ),
  )
  return heard
}
