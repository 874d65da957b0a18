import { lazy } from 'react'
import { problemOf } from '../api/problem'
import type { Operation, Target } from '../api/types'
import { useMessages } from '../i18n/messages'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useStudio } from './context'
import { PartPlace } from './PartPlace'
import { Lines } from './parts'
import start from './start/start.module.css'

const StartPanel = lazy(() => import('./start/StartPanel'))

interface Props {
  target: Target | null
  stopped: Operation | null
  isLoading: boolean
  problem: Error | null
}

/** The lines; before there are any, what to do or to wait for. */
export function LinesPlace({ target, stopped, isLoading, problem }: Props) {
  const { t } = useMessages()
  const { lines, script, operation } = useStudio()
  if (lines.length > 0) {
    return (
      <PartPlace name="lines">
        <Lines />
      </PartPlace>
    )
  }
  if (isLoading) return <p className={start.wait}>{t('common.loading')}</p>
  if (problem !== null && problemOf(problem).status !== 404) {
    return (
      <div className={start.panel}>
        <ProblemNotice problem={problemOf(problem)} />
      </div>
    )
  }
  if (operation !== null) {
    return (
      <div className={start.panel}>
        <h2>{t('studio.soon.title')}</h2>
        <p>{t('studio.soon.text')}</p>
      </div>
    )
  }
  if (script !== null || stopped?.error?.code === 'nothing_to_dub') {
    return (
      <div className={start.panel}>
        <h2>{t('studio.silent.title')}</h2>
        <p>{t('studio.silent.text')}</p>
      </div>
    )
  }
  return (
    <PartPlace name="start">
      <StartPanel target={target} />
    </PartPlace>
  )
}
