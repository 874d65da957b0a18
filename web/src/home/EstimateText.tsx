import type { Estimate } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStore } from '../ui/store'
import { newDub } from './current'
import { roughTime } from './roughTime'

/** How long the dub is likely to take, and what it costs. */
export function EstimateText() {
  const { t } = useMessages()
  const { step, estimate, problem } = useStore(newDub.state)
  if (step !== 'ready' || problem !== null) return null
  if (estimate === null) return <p>{t('home.estimate.coming')}</p>
  return <Known estimate={estimate} />
}

function Known({ estimate }: { estimate: Estimate }) {
  const { t, locale } = useMessages()
  const { cost, wall_s: seconds } = estimate
  const time = seconds < 60 ? t('home.estimate.soon') : t('home.estimate.time', { time: roughTime(seconds, locale) })
  if (cost === 0) return <p>{`${time} ${t('home.estimate.free')}`}</p>
  if (cost === null) return <p>{`${time} ${t('home.estimate.unknown')}`}</p>
  const dollars = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' }).format(Math.max(cost, 0.01))
  return (
    <>
      <p>{`${time} ${t('home.estimate.cost', { cost: dollars })}`}</p>
      <p>{t('home.estimate.prices')}</p>
    </>
  )
}
