import { useCallback } from 'react'
import { problemOf } from '../api/problem'
import { useMessages } from '../i18n/messages'
import { tell } from '../ui/toasts'

/** Does something on the server, and tells in the corner why it was refused. */
export function useChanging(): (change: () => Promise<unknown>) => void {
  const { t } = useMessages()
  return useCallback(
    (change) => {
      change().catch((thrown: unknown) => {
        const problem = problemOf(thrown)
        const isUnreachable = problem.code === 'unreachable'
        tell(isUnreachable ? t('common.problem.unreachable') : t('studio.refused', { what: problem.message, hint: problem.hint }))
      })
    },
    [t],
  )
}
