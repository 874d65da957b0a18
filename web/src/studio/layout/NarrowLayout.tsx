import type { ReactNode } from 'react'
import { useMessages } from '../../i18n/messages'
import layout from './layout.module.css'

interface Props {
  video: ReactNode
  tabs: ReactNode
  timeline: ReactNode
}

/** One column: the video stays above what scrolls beneath it, so it never covers the line in work. */
export function NarrowLayout({ video, tabs, timeline }: Props) {
  const { t } = useMessages()
  return (
    <div className={layout.narrow}>
      <section className={layout.top} aria-label={t('studio.watch')}>
        {video}
      </section>
      <div className={layout.panels}>{tabs}</div>
      {timeline !== false && (
        <section className={layout.overview} aria-label={t('studio.timeline')}>
          {timeline}
        </section>
      )}
    </div>
  )
}
