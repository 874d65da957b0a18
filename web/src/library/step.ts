import type { MessageKey } from '../i18n/catalogue'
import { stepOf } from '../studio/work/steps'

/** The message that names the step a stage belongs to; null where the stage is of no step. */
export function stepMessage(stage: string | null | undefined): MessageKey | null {
  const step = stepOf(stage)
  return step === null ? null : `studio.step.${step}`
}
