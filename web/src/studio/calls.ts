import { answer, api, ifMatch } from '../api/client'
import type { Operation, Project, Target } from '../api/types'

/** What the studio's frame asks the server to do. Each throws `Problem`. */

export function renameProject(project: Project, name: string): Promise<Project> {
  return answer(api.PATCH('/v1/projects/{project}', { params: { path: { project: project.id }, header: ifMatch(project.revision) }, body: { name } }))
}

export async function deleteProject(project: string): Promise<void> {
  await answer(api.DELETE('/v1/projects/{project}', { params: { path: { project } } }))
}

export function addTarget(project: string, language: string): Promise<Target> {
  return answer(api.POST('/v1/projects/{project}/targets', { params: { path: { project } }, body: { language } }))
}

export async function deleteTarget(project: string, language: string): Promise<void> {
  await answer(api.DELETE('/v1/projects/{project}/targets/{language}', { params: { path: { project, language } } }))
}

/** Dubs into every language that is still to be done. */
export function runProject(project: string): Promise<Operation> {
  return answer(api.POST('/v1/projects/{project}:run', { params: { path: { project } } }))
}

export function runTarget(project: string, language: string): Promise<Operation> {
  return answer(api.POST('/v1/projects/{project}/targets/{language}:run', { params: { path: { project, language } } }))
}

export function cancelOperation(operation: string): Promise<Operation> {
  return answer(api.POST('/v1/operations/{operation}:cancel', { params: { path: { operation } } }))
}

export function retryOperation(operation: string): Promise<Operation> {
  return answer(api.POST('/v1/operations/{operation}:retry', { params: { path: { operation } } }))
}

/** Makes one file of all languages, and what YouTube takes. */
export function packProject(project: string): Promise<Operation> {
  return answer(api.POST('/v1/projects/{project}:package', { params: { path: { project } } }))
}
