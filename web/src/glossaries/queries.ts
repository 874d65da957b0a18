import { useMutation, useQuery, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { answer, api, ifMatch } from '../api/client'
import { glossariesQuery, languagesQuery } from '../api/queries'
import type { Glossary, Project } from '../api/types'
import type { components } from '../api/schema'

type NewGlossary = components['schemas']['NewGlossary']
type Changes = components['schemas']['GlossaryChanges']

/** The languages that are heard, and those that are translated into: what a glossary can be for. */
export function usePairs(): { sources: string[]; targets: string[] } {
  const { data } = useQuery(languagesQuery)
  return { sources: data?.heard ?? [], targets: [...new Set(data?.translated.map(({ target }) => target) ?? [])] }
}

export function useCreateGlossary(): UseMutationResult<Glossary, Error, NewGlossary> {
  const refresh = useRefresh()
  return useMutation({ mutationFn: (body) => answer(api.POST('/v1/glossaries', { body })), onSuccess: refresh })
}

export function useChangeGlossary(): UseMutationResult<Glossary, Error, { glossary: Glossary; changes: Changes }> {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: ({ glossary, changes }) =>
      answer(
        api.PATCH('/v1/glossaries/{glossary}', {
          params: { path: { glossary: glossary.id }, header: ifMatch(glossary.revision) },
          body: changes,
        }),
      ),
    onSettled: refresh,
  })
}

export function useDeleteGlossary(): UseMutationResult<unknown, Error, string> {
  const refresh = useRefresh()
  return useMutation({
    mutationFn: (glossary) => answer(api.DELETE('/v1/glossaries/{glossary}', { params: { path: { glossary } } })),
    onSuccess: refresh,
  })
}

/** Chooses which glossaries a project's translation follows. */
export function useChooseGlossaries(project: Project): UseMutationResult<Project, Error, readonly string[]> {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (glossaries) =>
      answer(
        api.PATCH('/v1/projects/{project}', {
          params: { path: { project: project.id }, header: ifMatch(project.revision) },
          body: { settings: { ...project.settings, glossaries: [...glossaries] } },
        }),
      ),
    onSuccess: (changed) => {
      queries.setQueryData(['project', project.id], changed)
    },
    onError: () => queries.invalidateQueries({ queryKey: ['project', project.id] }),
  })
}

function useRefresh(): () => Promise<void> {
  const queries = useQueryClient()
  return () => queries.invalidateQueries({ queryKey: glossariesQuery.queryKey })
}
