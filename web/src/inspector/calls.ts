import type { QueryClient } from '@tanstack/react-query'
import { queryOptions } from '@tanstack/react-query'
import { answer, api, ifMatch } from '../api/client'
import { problemOf } from '../api/problem'
import { projectQuery, scriptQuery, speakersQuery } from '../api/queries'
import type { Project, ProjectSettings } from '../api/types'

/** What the panels beside the lines ask the server to do. Each throws `Problem`. */

const CHANGED_MEANWHILE = 412

export const takesQuery = (project: string, language: string, line: number) =>
  queryOptions({
    queryKey: ['files', project, language, 'takes', line],
    queryFn: () =>
      answer(
        api.GET('/v1/projects/{project}/targets/{language}/utterances/{utterance}/takes', {
          params: { path: { project, language, utterance: line } },
        }),
      ),
  })

export function takePath(project: string, language: string, line: number, name: string): string {
  return `/v1/projects/${project}/targets/${language}/utterances/${String(line)}/takes/${name}`
}

/** Gives a speaker another voice in one language. */
export async function changeVoice(queries: QueryClient, project: string, language: string, voices: Record<string, string>): Promise<void> {
  const script = { ...scriptQuery(project, language) }
  await fromNewest(
    async () => (await queries.fetchQuery({ ...script, staleTime: 0 })).revision,
    (revision) =>
      answer(
        api.PATCH('/v1/projects/{project}/targets/{language}', {
          params: { path: { project, language }, header: ifMatch(revision) },
          body: { voices },
        }),
      ),
  )
  await refresh(queries, project)
}

/** Changes some settings of a project, and leaves the others as they are by now. */
export async function changeSettings(queries: QueryClient, project: string, changes: Partial<ProjectSettings>): Promise<void> {
  let now: Project | undefined
  const newest = async () => {
    now = await queries.fetchQuery({ ...projectQuery(project), staleTime: 0 })
    return now.revision
  }
  const changed = await fromNewest(newest, (revision) =>
    answer(
      api.PATCH('/v1/projects/{project}', {
        params: { path: { project }, header: ifMatch(revision) },
        body: { settings: { ...now?.settings, ...changes } as ProjectSettings },
      }),
    ),
  )
  queries.setQueryData(projectQuery(project).queryKey, changed)
  await refresh(queries, project)
}

export async function renameSpeaker(queries: QueryClient, project: string, speaker: string, name: string): Promise<void> {
  await answer(api.PATCH('/v1/projects/{project}/speakers/{speaker}', { params: { path: { project, speaker } }, body: { name } }))
  await queries.invalidateQueries({ queryKey: speakersQuery(project).queryKey })
}

export async function addSpeaker(queries: QueryClient, project: string, name: string): Promise<void> {
  await answer(api.POST('/v1/projects/{project}/speakers', { params: { path: { project } }, body: { name } }))
  await queries.invalidateQueries({ queryKey: speakersQuery(project).queryKey })
}

/** Gives all lines of a speaker to another one. */
export async function mergeSpeaker(queries: QueryClient, project: string, speaker: string, into: string): Promise<void> {
  await answer(api.POST('/v1/projects/{project}/speakers/{speaker}:merge', { params: { path: { project, speaker } }, body: { into } }))
  await refresh(queries, project)
}

/** Takes the text, voice and speed of an earlier take of a line back. */
export async function applyTake(queries: QueryClient, project: string, language: string, line: number, name: string): Promise<void> {
  await fromNewest(
    async () => (await queries.fetchQuery({ ...scriptQuery(project, language), staleTime: 0 })).revision,
    (revision) =>
      answer(
        api.POST('/v1/projects/{project}/targets/{language}/utterances/{utterance}/takes/{name}:use', {
          params: { path: { project, language, utterance: line, name }, header: ifMatch(revision) },
        }),
      ),
  )
  await refresh(queries, project)
}

/** Sends a change from the newest revision, once more if somebody else was quicker. */
async function fromNewest<T>(newest: () => Promise<number>, send: (revision: number) => Promise<T>): Promise<T> {
  try {
    return await send(await newest())
  } catch (thrown) {
    if (problemOf(thrown).status !== CHANGED_MEANWHILE) throw thrown
    return send(await newest())
  }
}

async function refresh(queries: QueryClient, project: string): Promise<void> {
  await Promise.all(['script', 'project', 'speakers', 'files'].map((name) => queries.invalidateQueries({ queryKey: [name, project] })))
}
