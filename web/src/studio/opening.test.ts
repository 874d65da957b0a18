import { QueryClient } from '@tanstack/react-query'
import { afterEach, expect, test, vi } from 'vitest'
import type { Project } from '../api/types'
import { fetchAhead, hasScript, openTarget } from './opening'

const targets = [
  { language: 'es', output_revision: 0 },
  { language: 'pt', output_revision: 3 },
]

const project = (has_transcript: boolean) => ({ id: 'prj_1', has_transcript, targets }) as unknown as Project

/** A server that has one project; gives the paths that were asked for. */
function serving(status: number, body: unknown): string[] {
  const asked: string[] = []
  vi.stubGlobal('fetch', (request: Request) => {
    asked.push(new URL(request.url).pathname)
    return Promise.resolve(Response.json(body, { status }))
  })
  return asked
}

afterEach(() => {
  vi.unstubAllGlobals()
})

test('the language that was asked for is open, else the first', () => {
  expect(openTarget(project(true), 'pt')?.language).toBe('pt')
  expect(openTarget(project(true), 'fr')?.language).toBe('es')
  expect(openTarget({ ...project(true), targets: [] }, 'pt')).toBeNull()
})

test('there are lines once something was heard or dubbed', () => {
  expect(hasScript(project(true), openTarget(project(true), 'es'))).toBe(true)
  expect(hasScript(project(false), openTarget(project(false), 'es'))).toBe(false)
  expect(hasScript(project(false), openTarget(project(false), 'pt'))).toBe(true)
  expect(hasScript(project(true), null)).toBe(false)
})

test('the lines of the open language are asked for as soon as the project is known', async () => {
  const asked = serving(200, project(true))
  await fetchAhead(new QueryClient(), 'prj_1', 'pt')
  expect(asked).toEqual(['/v1/projects/prj_1/artifacts', '/v1/projects/prj_1', '/v1/projects/prj_1/targets/pt/utterances'])
})

test('a project that cannot be had is left to the page', async () => {
  const asked = serving(404, { code: 'not_found', title: 'no such project' })
  await fetchAhead(new QueryClient({ defaultOptions: { queries: { retry: false } } }), 'prj_1', undefined)
  expect(asked).not.toContain('/v1/projects/prj_1/targets/es/utterances')
})
