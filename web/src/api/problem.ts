import type { components } from './schema'

type ProblemBody = components['schemas']['Problem']

/** A refusal or failure of the server, with what to do about it. */
export class Problem extends Error {
  readonly code: string
  readonly hint: string
  readonly status: number
  readonly requestId: string
  readonly retryable: boolean

  constructor(body: Partial<ProblemBody>, status: number) {
    super(body.detail ?? body.title ?? `the server answered ${String(status)}`)
    this.name = 'Problem'
    this.code = body.code ?? (status === 0 ? 'unreachable' : 'unknown')
    this.hint = body.hint ?? ''
    this.status = status
    this.requestId = body.request_id ?? ''
    this.retryable = body.retryable ?? status === 0
  }
}

/** Any thrown value as a problem; a fault of this page has the code `broken`. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown
  return new Problem({ detail: wordsOf(thrown), code: 'broken', retryable: false }, 0)
}

/** A call that got no answer: the status is 0 and the code `unreachable`. */
export function unreachable(thrown: unknown): Problem {
  return new Problem({ detail: wordsOf(thrown) }, 0)
}

function wordsOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown)
}
