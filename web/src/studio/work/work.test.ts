import { expect, it } from 'vitest'
import type { Operation } from '../../api/types'
import { workOf } from './work'

function operation(id: string, state: Operation['state'], target: string | null = null): Operation {
  return {
    id,
    kind: 'run',
    state,
    done: state !== 'queued' && state !== 'running',
    project: 'prj_1',
    target,
    progress: { percent: 0, done: 0, total: 0 },
    attempt: 1,
    cancel_requested: false,
    error: null,
    result: null,
    artifacts: [],
    created_at: '2026-11-23T10:00:00Z',
    started_at: null,
    finished_at: null,
    last_news_at: '2026-11-23T10:00:00Z',
  }
}

it('shows what works on the open language before what works on another', () => {
  const operations = [operation('op_es', 'running', 'es'), operation('op_de', 'queued', 'de')]
  expect(workOf(operations, 'de').running?.id).toBe('op_de')
  expect(workOf(operations, 'fr').running?.id).toBe('op_es')
})

it('does not tell one language of the failure of another', () => {
  expect(workOf([operation('op_1', 'failed', 'es')], 'de').stopped).toBeNull()
})

it('forgets a failure as soon as something newer was begun', () => {
  const operations = [operation('op_2', 'succeeded'), operation('op_1', 'failed')]
  expect(workOf(operations, 'de').stopped).toBeNull()
  expect(workOf(operations.slice(1), 'de').stopped?.id).toBe('op_1')
})
