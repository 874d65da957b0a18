import type { components } from '../api/schema'
import { useMessages } from '../i18n/messages'
import { size } from '../ui/amounts'
import { Share } from './Share'
import styles from './health.module.css'

type Schemas = components['schemas']

interface Props {
  account: Schemas['AccountResource']
  storage?: Schemas['StorageUsage']
}

/** How much the account's videos and dubs take, and how much they may. */
export function StorageUsed({ account, storage }: Props) {
  const { t, locale } = useMessages()
  const quota = account.quota_bytes
  return (
    <section className={styles.section}>
      <h2>{t('health.storage')}</h2>
      <p>
        {quota === null
          ? t('health.stored', { size: size(account.stored_bytes, locale) })
          : t('health.storedOf', { size: size(account.stored_bytes, locale), quota: size(quota, locale) })}
      </p>
      {quota !== null && quota > 0 && <Share share={account.stored_bytes / quota} label={t('health.storage')} />}
      {storage !== undefined && (
        <dl className={styles.facts}>
          <div>
            <dt>{t('health.videos')}</dt>
            <dd>{size(storage.uploads_bytes, locale)}</dd>
          </div>
          <div>
            <dt>{t('health.dubs')}</dt>
            <dd>{size(storage.artifacts_bytes, locale)}</dd>
          </div>
        </dl>
      )}
    </section>
  )
}
