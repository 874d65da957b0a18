import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button } from 'react-aria-components'
import { estimateQuery, languagesQuery } from '../../api/queries'
import { problemOf } from '../../api/problem'
import type { Target } from '../../api/types'
import { targetsFrom } from '../../home/pairs'
import { useMessages } from '../../i18n/messages'
import { span } from '../../ui/amounts'
import buttons from '../../ui/buttons.module.css'
import { clock } from '../../ui/clock'
import { languageName } from '../../ui/language-names'
import { LanguagesPicker } from '../../ui/language-picker'
import { ProblemNotice } from '../../ui/ProblemNotice'
import { addTarget, runProject, runTarget } from '../calls'
import { useStudio } from '../context'
import { useChanging } from '../useChanging'
import start from './start.module.css'

/** What stands in the place of the lines before anything was dubbed: what would be done, and the way to begin. */
export default function StartPanel({ target }: { target: Target | null }) {
  const { t, locale } = useMessages()
  const { project } = useStudio()
  const queries = useQueryClient()
  const change = useChanging()
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [isStarting, setIsStarting] = useState(false)
  const offered = useQuery({ ...languagesQuery, enabled: target === null }).data
  const estimate = useQuery({ ...estimateQuery(project.id), enabled: target !== null })
  const isMore = target !== null && project.targets.some((one) => one.output_revision > 0)
  const own = estimate.data?.targets.find((one) => one.language === target?.language)
  const seconds = isMore ? own?.wall_s : estimate.data?.wall_s
  const cost = isMore ? own?.cost : estimate.data?.cost
  const begin = async () => {
    for (const language of chosen) await addTarget(project.id, language)
    await (isMore ? runTarget(project.id, target.language) : runProject(project.id))
  }
  const press = () => {
    setIsStarting(true)
    change(() =>
      begin().finally(() => {
        setIsStarting(false)
        for (const name of ['project', 'operations']) void queries.invalidateQueries({ queryKey: [name, project.id] })
      }),
    )
  }
  return (
    <div className={start.panel}>
      <h2>{t(isMore ? 'studio.start.moreTitle' : 'studio.start.title')}</h2>
      <p>{t('studio.start.text')}</p>
      <dl className={start.facts}>
        <dt>{t('studio.start.spoken')}</dt>
        <dd>{project.source_language === null ? t('studio.language.unknown') : languageName(project.source_language, locale)}</dd>
        {target !== null && (
          <>
            <dt>{t('studio.start.into')}</dt>
            <dd>{(isMore ? [target] : project.targets).map((one) => languageName(one.language, locale)).join(', ')}</dd>
          </>
        )}
        {project.source !== null && (
          <>
            <dt>{t('studio.start.length')}</dt>
            <dd>{clock(project.source.duration_ms)}</dd>
          </>
        )}
        {seconds !== undefined && (
          <>
            <dt>{t('studio.start.takes')}</dt>
            <dd>{t('studio.start.about', { time: span(seconds, locale) })}</dd>
          </>
        )}
        {cost !== undefined && (
          <>
            <dt>{t('studio.start.costs')}</dt>
            <dd>{cost === 0 ? t('studio.start.free') : cost === null ? t('studio.start.unpriced') : dollars(cost, locale)}</dd>
          </>
        )}
      </dl>
      {target === null && <LanguagesPicker label={t('studio.start.into')} languages={offered === undefined ? [] : targetsFrom(offered, project.source_language)} value={chosen} onChange={setChosen} />}
      {estimate.error !== null && problemOf(estimate.error).status !== 409 && <ProblemNotice problem={problemOf(estimate.error)} />}
      <Button className={buttons.primary} isDisabled={isStarting || (target === null && chosen.length === 0)} onPress={press}>
        {t('studio.start')}
      </Button>
    </div>
  )
}

function dollars(cost: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }).format(cost)
}
