import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { answer, api, ifMatch } from '../api/client'
import type { Operation, Project } from '../api/types'

type Action<T = void> = UseMutationResult<unknown, Error, T>

/** What can be done with a project in the library. */

export function useCancel(operation: Operation | null): Action {
  return useAction(() =>
    answer(api.POST('/v1/operations/{operation}:cancel', { params: { path: { operation: operation?.id ?? '' } } })),
  )
}

export function useRetry(operation: Operation | null): Action {
  return useAction(() =>
    answer(api.POST('/v1/operations/{operation}:retry', { params: { path: { operation: operation?.id ?? '' } } })),
  )
}

export function useRename(project: Project): Action<string> {
  return useAction((name: string) =>
    answer(
      api.PATCH('/v1/projects/{project}', {
        params: { path: { project: project.id }, header: ifMatch(project.revision) },
        body: { name },
      }),
    ),
  )
}

export function useDelete(project: Project): Action {
  return useAction(() => answer(api.DELETE('/v1/projects/{project}', { params: { path: { project: project.id } } })))
}

function useAction<T = void>(act: (input: T) => Promise<unknown>): Action<T> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSettled: () => {
      for (const name of ['projects', 'project', 'operations', 'operation', 'account', 'usage']) {
        void queries.invalidateQueries({ queryKey: [name] })
      }
    },
  })
}
