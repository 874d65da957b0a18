import type { Operation } from '../../api/types'

/** The steps of a dub in people's words, in their order. Each is one or several stages of the server. */
export const STEPS = ['read', 'extract', 'separate', 'listen', 'translate', 'speak', 'fit', 'mix', 'write', 'check'] as const
export type Step = (typeof STEPS)[number]

const STAGES: Record<Step, readonly string[]> = {
  read: ['fetch'],
  extract: ['extract', 'extract_mix'],
  separate: ['separate', 'write_background'],
  listen: ['find_speech', 'tell_speakers', 'submit_speakers', 'detect_language', 'transcribe', 'transcribe_batch', 'submit_batch', 'collect_batch', 'hear_piece'],
  translate: ['translate'],
  speak: ['read', 'speak', 'write_take'],
  fit: ['plan', 'pace', 'plan_again'],
  mix: ['measure_line', 'measure_mix', 'weigh', 'mix', 'mix_whole'],
  write: ['mux', 'take_sound', 'merge_tracks', 'package'],
  check: ['probe_finished', 'digest_picture', 'digest_tracks', 'listen_back', 'find_speech_in_block', 'hear_back', 'take_dub_sound', 'draw_sound', 'take_poster'],
}
const STEP_OF: ReadonlyMap<string, Step> = new Map(STEPS.flatMap((step) => STAGES[step].map((stage) => [stage, step] as const)))

/** Separating goes on beside the others, and is left out where the background is not kept. */
const BESIDE: Step = 'separate'

const SHORT: Partial<Record<Operation['kind'], readonly Step[]>> = {
  ingest: ['read', 'extract', 'listen', 'check'],
  separate: ['read', 'extract', 'separate'],
  transcribe: ['read', 'extract', 'listen'],
  diarize: ['read', 'extract', 'listen'],
  translate: ['read', 'extract', 'listen', 'translate'],
  synthesize: ['read', 'extract', 'listen', 'translate', 'speak', 'fit'],
  fit: ['read', 'extract', 'listen', 'translate', 'speak', 'fit'],
}

/** How far a stage is: `done` of `total` pieces. */
export interface Count {
  done: number
  total: number
}

/** A step as it is drawn. `share` of it is done, 0 to 1. */
export interface StepShown {
  step: Step
  state: 'done' | 'now' | 'next'
  share: number
}

/** The steps that such an operation goes through. */
export function stepsOf(kind: Operation['kind']): readonly Step[] {
  return SHORT[kind] ?? STEPS
}

/** The step that a stage belongs to; a stage that nobody knows belongs to none. */
export function stepOf(stage: string | null | undefined): Step | null {
  return STEP_OF.get(stage ?? '') ?? null
}

/**
 * Each step's state from what was heard of the stages.
 *
 * Lines are heard, translated and spoken side by side, and more of them become known on the way. So a step counts as
 * done only after all before it, and one that was not heard of is done as soon as a later one has begun.
 */
export function stepsShown(steps: readonly Step[], heard: ReadonlyMap<string, Count>, current: string | null | undefined): StepShown[] {
  const begun = steps.map((step) => STAGES[step].some((stage) => heard.has(stage)) || stepOf(current) === step)
  const furthest = begun.lastIndexOf(true)
  let isBehindAll = true
  return steps.map((step, at) => {
    const share = begun[at] === true ? shareOf(step, heard) : at < furthest ? 1 : 0
    const isComplete = share === 1 && isBehindAll && at !== furthest
    if (step !== BESIDE) isBehindAll = isComplete
    if (isComplete) return { step, state: 'done', share: 1 }
    const isNow = begun[at] === true || (furthest < 0 && at === 0)
    return { step, state: isNow ? 'now' : 'next', share: isNow ? share : 0 }
  })
}

/** The step to speak of: that of the newest news, unless it was done long ago. */
export function currentStep(shown: readonly StepShown[], current: string | null | undefined): Step {
  const underWay = shown.filter(({ state }) => state === 'now').map(({ step }) => step)
  const named = stepOf(current)
  return (named !== null && underWay.includes(named) ? named : underWay.at(-1)) ?? 'read'
}

function shareOf(step: Step, heard: ReadonlyMap<string, Count>): number {
  const counts = STAGES[step].map((stage) => heard.get(stage)).filter((count) => count !== undefined)
  if (counts.length === 0) return 0
  const shares = counts.map(({ done, total }) => Math.min(1, done / Math.max(1, total)))
  return shares.reduce((sum, share) => sum + share, 0) / shares.length
}
