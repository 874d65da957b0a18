import { Button } from 'react-aria-components'
import type { CSSProperties } from 'react'
import type { Operation } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { percentage, span } from '../../ui/amounts'
import buttons from '../../ui/buttons.module.css'
import { languageName } from '../../ui/language-names'
import { useNow } from '../../ui/now'
import { cancelOperation } from '../calls'
import { useStudio } from '../context'
import { useChanging } from '../useChanging'
import { quietFor } from './news'
import { StatusLine } from './StatusLine'
import { currentStep, stepsOf, stepsShown } from './steps'
import { useHeardStages } from './useHeardStages'
import work from './work.module.css'

/** How far the work is: every step, the whole, and how long it still takes. */
export default function Working({ operation }: { operation: Operation }) {
  const { t, locale } = useMessages()
  const { language } = useStudio()
  const change = useChanging()
  const heard = useHeardStages(operation)
  const { percent, eta_s, stage, done, total } = operation.progress
  const steps = stepsShown(stepsOf(operation.kind), heard, stage)
  const quietS = quietFor(operation.last_news_at, useNow())
  const step = currentStep(steps, stage)
  const words = [
    operation.target !== null && operation.target !== language ? languageName(operation.target, locale) : '',
    done < total && total > 1 ? t('studio.work.stepPercent', { step: t(`studio.step.${step}`), percent: percentage((100 * done) / total, locale) }) : t(`studio.step.${step}`),
    t('studio.work.whole', { percent: percentage(percent, locale) }),
    eta_s == null ? '' : t('studio.work.left', { time: span(eta_s, locale) }),
  ].filter((part) => part !== '')
  return (
    <section className={work.working} aria-label={t('studio.work')}>
      <ol className={work.steps}>
        {steps.map((one) => (
          <li key={one.step} data-state={one.state} aria-current={one.step === step ? 'step' : undefined} style={{ '--share': one.share } as CSSProperties}>
            <span className={work.name}>{t(`studio.step.${one.step}`)}</span>
            <span className="visually-hidden">{t(`studio.stepState.${one.state}`)}</span>
          </li>
        ))}
      </ol>
      <div className={work.words}>
        <p className={work.sentence}>
          {words.join(' · ')}
          {quietS !== null && <span className={work.quiet}> · {t('studio.work.quiet', { time: span(quietS, locale) })}</span>}
        </p>
        <StatusLine text={words.join(', ')} />
        <Button className={buttons.plain} isDisabled={operation.cancel_requested} onPress={() => change(() => cancelOperation(operation.id))}>
          {operation.cancel_requested ? t('studio.work.stopping') : t('common.cancel')}
        </Button>
      </div>
    </section>
  )
}
