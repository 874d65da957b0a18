import type { ReactNode } from 'react'
import type { System } from '../api/types'
import { useMessages } from '../i18n/messages'
import { size } from '../ui/amounts'
import type { Readiness } from './queries'
import { Share } from './Share'
import styles from './health.module.css'

/** What the machine that answers has, and what waits and runs. */
export function Machine({ system, readiness }: { system: System; readiness: Readiness | undefined }) {
  const { t, locale } = useMessages()
  const { free_bytes: free, total_bytes: total } = system.disk
  const tools = readiness?.youtube
  return (
    <section className={styles.section}>
      <h2>{t('health.machine')}</h2>
      <dl className={styles.facts}>
        <Fact name={t('health.disk')}>
          {t('health.diskFree', { free: size(free, locale), total: size(total, locale) })}
          <Share share={total > 0 ? (total - free) / total : 0} label={t('health.diskUsed')} />
        </Fact>
        <Fact name={t('health.workers')}>{t('health.workersLive', { n: system.workers })}</Fact>
        <Fact name={t('health.queue')}>{t('health.queueLength', { running: system.queue.running, waiting: system.queue.queued })}</Fact>
        <Fact name="ffmpeg">{system.ffmpeg === null ? t('health.notHere') : <bdi>{system.ffmpeg}</bdi>}</Fact>
        {tools !== null && tools !== undefined && (
          <Fact name="yt-dlp">
            {tools.yt_dlp === null ? t('health.notHere') : <bdi>{tools.yt_dlp}</bdi>}
          </Fact>
        )}
        <Fact name={t('health.links')}>{system.links ? t('health.linksTaken') : t('health.linksNotTaken')}</Fact>
        <Fact name={t('health.version')}>
          <bdi>{system.version}</bdi>
        </Fact>
      </dl>
    </section>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
