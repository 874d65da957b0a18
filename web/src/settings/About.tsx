import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { problemOf } from '../api/problem'
import { systemQuery } from '../api/queries'
import { accountQuery } from '../health/queries'
import { useMessages } from '../i18n/messages'
import { size } from '../ui/amounts'
import { ProblemNotice } from '../ui/ProblemNotice'
import styles from './settings.module.css'

/** What is stored, what is taken, and which version this is. */
export function About() {
  const { t, locale } = useMessages()
  const system = useQuery(systemQuery)
  const account = useQuery(accountQuery)
  const error = system.error ?? account.error
  if (error !== null) return <ProblemNotice problem={problemOf(error)} />
  if (system.data === undefined || account.data === undefined) return <p>{t('common.loading')}</p>
  const { stored_bytes: stored, quota_bytes: quota } = account.data
  const { max_bytes: most, containers } = system.data.uploads
  const kinds = new Intl.ListFormat(locale, { type: 'disjunction' }).format(containers.map((name) => (name === 'webm' ? 'WebM' : name.toUpperCase())))
  return (
    <>
      <dl className={styles.facts}>
        <dt>{t('settings.stored')}</dt>
        <dd>{quota === null ? size(stored, locale) : t('settings.storedOf', { size: size(stored, locale), quota: size(quota, locale) })}</dd>
        <dt>{t('settings.taken')}</dt>
        <dd>{t('settings.takenUpTo', { kinds, size: size(most, locale) })}</dd>
        <dt>{t('health.links')}</dt>
        <dd>{system.data.links ? t('health.linksTaken') : t('health.linksNotTaken')}</dd>
        <dt>{t('health.version')}</dt>
        <dd>
          <bdi>{system.data.version}</bdi>
        </dd>
      </dl>
      <Link to="/health">{t('settings.toHealth')}</Link>
    </>
  )
}
