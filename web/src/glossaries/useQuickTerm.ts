import { useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { answer, api, ifMatch } from '../api/client'
import { glossariesQuery } from '../api/queries'
import type { Glossary, Project } from '../api/types'
import { isForLanguages } from './fitting'
import { useChooseGlossaries } from './queries'

const LONGEST_NAME = 100

interface Term {
  term: string
  translation: string
}

interface Place {
  project: Project
  source: string
  target: string
  glossaries: readonly Glossary[]
}

/** Adds a term to the glossary that the project follows for these languages; without one, makes it. */
export function useQuickTerm(place: Place): UseMutationResult<Glossary, Error, Term> {
  const queries = useQueryClient()
  const choose = useChooseGlossaries(place.project)
  const used = place.project.settings.glossaries ?? []
  return useMutation({
    mutationFn: async (term) => {
      const fitting = place.glossaries.filter((glossary) => isForLanguages(glossary, place.source, [place.target]))
      const known = fitting.find(({ id }) => used.includes(id))
      if (known !== undefined) return withTerm(known, term)
      const made = await madeFor(place, term)
      await choose.mutateAsync([...used, made.id])
      return made
    },
    onSettled: () => queries.invalidateQueries({ queryKey: glossariesQuery.queryKey }),
  })
}

function withTerm(glossary: Glossary, { term, translation }: Term): Promise<Glossary> {
  return answer(
    api.PATCH('/v1/glossaries/{glossary}', {
      params: { path: { glossary: glossary.id }, header: ifMatch(glossary.revision) },
      body: { terms: { ...glossary.terms, [term]: translation } },
    }),
  )
}

function madeFor({ project, source, target }: Place, { term, translation }: Term): Promise<Glossary> {
  return answer(
    api.POST('/v1/glossaries', {
      body: { name: project.name.slice(0, LONGEST_NAME), source_language: source, target_language: target, terms: { [term]: translation } },
    }),
  )
}
