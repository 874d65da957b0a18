import type { Translate } from '../i18n/messages'
import { useMessages } from '../i18n/messages'
import { sentence } from '../ui/sentence'
import { Command } from './Command'
import type { Finding } from './findings'
import styles from './health.module.css'

interface Props {
  found: readonly Finding[]
  workers: number
  running: number
}

/** What needs somebody; one calm sentence where nothing does. */
export function Findings({ found, workers, running }: Props) {
  const { t } = useMessages()
  if (found.length === 0) {
    return (
      <p role="status" className={styles.calm}>
        {running > 0 ? t('health.fineWorking', { n: running }) : t('health.fine', { n: workers })}
      </p>
    )
  }
  return (
    <section role="status" aria-label={t('health.needs', { n: found.length })} className={styles.findings}>
      {found.map((finding) => (
        <article key={finding.id} className={styles.finding} data-failure={finding.isFailure || undefined}>
          <h2>
            <span className={styles.word}>{finding.isFailure ? t('health.fails') : t('health.look')}</span> {titleOf(finding, t)}
          </h2>
          {finding.cause !== '' && <p dir="auto">{sentence(finding.cause)}</p>}
          <p dir="auto">{typeof finding.remedy === 'string' ? t(finding.remedy) : sentence(finding.remedy.told)}</p>
          {finding.command !== null && <Command text={finding.command} />}
        </article>
      ))}
    </section>
  )
}

function titleOf({ title }: Finding, t: Translate): string {
  const kind = title.kind === undefined ? '' : t(`health.kind.${title.kind}`)
  return t(title.key, { ...title.values, kind })
}
