import { answer, api, ifMatch } from '../api/client'
import { Problem, problemOf } from '../api/problem'
import type { Estimate, Operation, Project } from '../api/types'
import type { Wanted } from './wanted'

/** Where a video comes from: a finished upload, or a link that its owner allows to dub. */
export type Origin = { upload: string; name: string } | { link: { url: string; use_captions: boolean } }

const ASK_AGAIN_MS = 700

/** A project of a video, with what is wanted of it. Nothing is worked on yet. */
export function createProject(origin: Origin, wanted: Wanted): Promise<Project> {
  const source =
    'upload' in origin
      ? { upload: origin.upload, name: nameOf(origin.name) }
      : { link: { ...origin.link, rights_confirmed: true } }
  return answer(
    api.POST('/v1/projects', {
      body: {
        ...source,
        source_language: wanted.spoken,
        targets: [...wanted.targets],
        settings: wanted.settings,
        budget: wanted.budget,
      },
    }),
  )
}

export function showProject(project: string): Promise<Project> {
  return answer(api.GET('/v1/projects/{project}', { params: { path: { project } } }))
}

/** Has the server look into the video. */
export function ingest(project: string): Promise<Operation> {
  return answer(api.POST('/v1/projects/{project}:ingest', { params: { path: { project } } }))
}

/** The operation once it ended. `onNews` hears of it until then. Throws what `signal` was aborted with. */
export async function ended(begun: Operation, signal: AbortSignal, onNews: (operation: Operation) => void): Promise<Operation> {
  let operation = begun
  while (!operation.done) {
    onNews(operation)
    await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS))
    signal.throwIfAborted()
    operation = await newsOf(operation)
  }
  return operation
}

/** Why an operation did not succeed, as a problem; null if it did. */
export function failureOf(operation: Operation): Problem | null {
  if (operation.state === 'succeeded') return null
  const { error } = operation
  return new Problem(
    { code: error?.code ?? operation.state, detail: error?.message, hint: error?.hint ?? '', retryable: error?.retryable },
    422,
  )
}

export function estimate(project: string): Promise<Estimate> {
  return answer(api.POST('/v1/projects/{project}:estimate', { params: { path: { project } } }))
}

export function run(project: string, targets: readonly string[]): Promise<Operation> {
  return answer(
    api.POST('/v1/projects/{project}:run', { params: { path: { project } }, body: { targets: [...targets] } }),
  )
}

/** Makes a project what is wanted now, where that changed since; returns it as it stands then. */
export async function bringUpToDate(project: Project, wanted: Wanted): Promise<Project> {
  if (!isAsWanted(project, wanted)) await change(project, wanted)
  const present = project.targets.map((target) => target.language)
  for (const language of wanted.targets.filter((one) => !present.includes(one))) await addTarget(project.id, language)
  for (const language of present.filter((one) => !wanted.targets.includes(one))) await dropTarget(project.id, language)
  return showProject(project.id)
}

/** Whether only a new project can do it: a spoken language that was named cannot be unnamed. */
export function needsAnother(project: Project, wanted: Wanted): boolean {
  return wanted.spoken === null && project.source_language !== null
}

/** Deletes a project that came to nothing. */
export async function discard(project: string): Promise<void> {
  const { items } = await answer(
    api.GET('/v1/operations', { params: { query: { project, limit: 20 } } }),
  )
  for (const operation of items.filter((one) => !one.done)) await stop(operation)
  await answer(api.DELETE('/v1/projects/{project}', { params: { path: { project } } }))
}

/** How an operation stands; as before while the server is out of reach. */
async function newsOf(known: Operation): Promise<Operation> {
  try {
    return await answer(api.GET('/v1/operations/{operation}', { params: { path: { operation: known.id } } }))
  } catch (error) {
    if (problemOf(error).status === 0) return known
    throw error
  }
}

/** Deletes an upload that no project uses. */
export async function forgetUpload(upload_id: string): Promise<void> {
  await answer(api.DELETE('/v1/uploads/{upload_id}', { params: { path: { upload_id } } }))
}

async function stop(operation: Operation): Promise<void> {
  const stopped = await answer(
    api.POST('/v1/operations/{operation}:cancel', { params: { path: { operation: operation.id } } }),
  )
  await ended(stopped, new AbortController().signal, () => undefined)
}

function isAsWanted(project: Project, wanted: Wanted): boolean {
  const present: Record<string, unknown> = project.settings
  const isSame = Object.entries(wanted.settings).every(
    ([name, value]) => JSON.stringify(value) === JSON.stringify(present[name] ?? null),
  )
  return isSame && project.source_language === wanted.spoken && project.budget === wanted.budget
}

async function change(project: Project, wanted: Wanted): Promise<void> {
  await answer(
    api.PATCH('/v1/projects/{project}', {
      params: { path: { project: project.id }, header: ifMatch(project.revision) },
      body: {
        source_language: wanted.spoken,
        settings: { ...project.settings, ...wanted.settings },
        budget: wanted.budget,
      },
    }),
  )
}

async function addTarget(project: string, language: string): Promise<void> {
  await answer(api.POST('/v1/projects/{project}/targets', { params: { path: { project } }, body: { language } }))
}

async function dropTarget(project: string, language: string): Promise<void> {
  await answer(
    api.DELETE('/v1/projects/{project}/targets/{language}', { params: { path: { project, language } } }),
  )
}

const LONGEST_NAME = 200

/** A file's name without its ending, as the project's name. */
function nameOf(file: string): string {
  const plain = file.replace(/\.[A-Za-z0-9]{1,5}$/, '').trim()
  return (plain === '' ? file : plain).slice(0, LONGEST_NAME)
}
