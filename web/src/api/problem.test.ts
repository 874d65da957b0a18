import { describe, expect, test } from 'vitest'
import { Problem, problemOf, unreachable } from './problem'

describe('problemOf', () => {
  test('keeps what the server said', () => {
    const problem = new Problem({ detail: 'no sound', code: 'no_audio', hint: 'Send another', request_id: 'req_1' }, 422)
    expect(problemOf(problem)).toBe(problem)
    expect([problem.message, problem.code, problem.hint, problem.requestId]).toEqual(['no sound', 'no_audio', 'Send another', 'req_1'])
  })

  test('takes a lost connection for one that is worth another try', () => {
    const problem = problemOf(unreachable(new TypeError('Failed to fetch')))
    expect([problem.code, problem.status, problem.retryable]).toEqual(['unreachable', 0, true])
  })

  test('does not blame the connection for a fault of this page', () => {
    const problem = problemOf(new TypeError('x is not a function'))
    expect([problem.code, problem.retryable]).toEqual(['broken', false])
  })

  test('names the status where the answer was no problem document', () => {
    expect(new Problem({}, 502).message).toContain('502')
  })
})
