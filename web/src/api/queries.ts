import { queryOptions } from '@tanstack/react-query'
import { answer, api } from './client'

/** What the pages ask for, and the keys it is cached under. Live events refresh what they touch. */

export const projectsQuery = (limit: number) =>
  queryOptions({
    queryKey: ['projects', limit],
    queryFn: () => answer(api.GET('/v1/projects', { params: { query: { limit } } })),
  })

export const projectQuery = (project: string) =>
  queryOptions({
    queryKey: ['project', project],
    queryFn: () => answer(api.GET('/v1/projects/{project}', { params: { path: { project } } })),
  })

export const scriptQuery = (project: string, language: string) =>
  queryOptions({
    queryKey: ['script', project, language],
    queryFn: () =>
      answer(
        api.GET('/v1/projects/{project}/targets/{language}/utterances', {
          params: { path: { project, language } },
        }),
      ),
  })

export const speakersQuery = (project: string) =>
  queryOptions({
    queryKey: ['speakers', project],
    queryFn: () =>
      answer(api.GET('/v1/projects/{project}/speakers', { params: { path: { project } } })),
  })

export const operationsQuery = (project: string) =>
  queryOptions({
    queryKey: ['operations', project],
    queryFn: () => answer(api.GET('/v1/operations', { params: { query: { project, limit: 20 } } })),
  })

export const operationQuery = (operation: string) =>
  queryOptions({
    queryKey: ['operation', operation],
    queryFn: () => answer(api.GET('/v1/operations/{operation}', { params: { path: { operation } } })),
  })

export const voicesQuery = (language: string) =>
  queryOptions({
    queryKey: ['voices', language],
    queryFn: () => answer(api.GET('/v1/voices', { params: { query: { language } } })),
    staleTime: 5 * 60_000,
  })

export const languagesQuery = queryOptions({
  queryKey: ['languages'],
  queryFn: () => answer(api.GET('/v1/languages')),
  staleTime: 5 * 60_000,
})

export const glossariesQuery = queryOptions({
  queryKey: ['glossaries'],
  queryFn: () => answer(api.GET('/v1/glossaries', { params: { query: { limit: 100 } } })),
})

export const systemQuery = queryOptions({
  queryKey: ['system'],
  queryFn: () => answer(api.GET('/v1/system')),
  staleTime: 30_000,
})

/** The files that all languages of a project share, such as its poster. */
export const projectFilesQuery = (project: string) =>
  queryOptions({
    queryKey: ['files', project],
    queryFn: () => answer(api.GET('/v1/projects/{project}/artifacts', { params: { path: { project } } })),
  })

export const operationLogQuery = (operation: string) =>
  queryOptions({
    queryKey: ['log', operation],
    queryFn: () => answer(api.GET('/v1/operations/{operation}/logs', { params: { path: { operation } } })),
  })

/** What the project's dubs would take. No work is done for it. */
export const estimateQuery = (project: string) =>
  queryOptions({
    queryKey: ['estimate', project],
    queryFn: () => answer(api.POST('/v1/projects/{project}:estimate', { params: { path: { project } } })),
  })
