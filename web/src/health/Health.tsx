import { useQuery } from '@tanstack/react-query'
import { problemOf } from '../api/problem'
import { useMessages } from '../i18n/messages'
import page from '../shell/page.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { Engines } from './Engines'
import { findings } from './findings'
import { Findings } from './Findings'
import { LastProblems } from './LastProblems'
import { Machine } from './Machine'
import { Models } from './Models'
import { accountQuery, providersQuery, readinessQuery, systemHealthQuery, usageQuery } from './queries'
import { StorageUsed } from './StorageUsed'
import styles from './health.module.css'

/** How the installation stands, and what to do where something is missing. It looks again by itself. */
export function Health() {
  const { t } = useMessages()
  const system = useQuery(systemHealthQuery)
  const readiness = useQuery(readinessQuery)
  const providers = useQuery(providersQuery)
  const account = useQuery(accountQuery)
  const usage = useQuery(usageQuery)
  const error = system.error ?? readiness.error ?? providers.error
  const isKnown = system.data !== undefined && readiness.data !== undefined && providers.data !== undefined
  return (
    <div className={page.wide}>
      <h1>{t('health.title')}</h1>
      {error !== null && <ProblemNotice problem={problemOf(error)} onRetry={() => void Promise.all([system.refetch(), readiness.refetch(), providers.refetch()])} />}
      {!isKnown && error === null && <p className={styles.coming}>{t('common.loading')}</p>}
      {isKnown && (
        <>
          <Findings
            found={findings({ system: system.data, readiness: readiness.data, providers: providers.data.items, account: account.data })}
            workers={system.data.workers}
            running={system.data.queue.running}
          />
          <div className={styles.columns}>
            <Engines engines={providers.data.items} />
            <Machine system={system.data} readiness={readiness.data} />
            <Models models={system.data.models} />
            {account.data !== undefined && <StorageUsed account={account.data} storage={usage.data?.storage} />}
            <LastProblems problems={system.data.problems} />
          </div>
        </>
      )}
      <p className={styles.coming}>{t('health.again')}</p>
    </div>
  )
}
