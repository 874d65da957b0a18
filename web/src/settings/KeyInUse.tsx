import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'react-aria-components'
import { answer, api } from '../api/client'
import { useMessages } from '../i18n/messages'
import { keyStore, signOut } from '../session/key'
import { age } from '../ui/amounts'
import buttons from '../ui/buttons.module.css'
import { useNow } from '../ui/now'
import { useStore } from '../ui/store'
import { keyIdOf } from './keyId'
import styles from './settings.module.css'

/** The key that this browser signed in with, and the way out; without keys, that there are none. */
export default function KeyInUse() {
  const { t, locale } = useMessages()
  const token = useStore(keyStore)
  const now = useNow()
  const queries = useQueryClient()
  const id = token === null ? null : keyIdOf(token)
  // Only keys that may manage keys are told about themselves.
  const key = useQuery({
    queryKey: ['key', id],
    queryFn: () => answer(api.GET('/v1/keys/{key_id}', { params: { path: { key_id: id ?? '' } } })),
    enabled: id !== null,
    retry: false,
  }).data
  if (token === null) return <p>{t('settings.noKey')}</p>
  return (
    <>
      <dl className={styles.facts}>
        <dt>{t('settings.key')}</dt>
        <dd>{key === undefined ? <code dir="ltr">{id ?? t('settings.unknownKey')}</code> : <bdi>{key.name}</bdi>}</dd>
        {key !== undefined && (
          <>
            <dt>{t('settings.scopes')}</dt>
            <dd>{new Intl.ListFormat(locale, { type: 'conjunction' }).format(key.scopes.map((scope) => t(`settings.scope.${scope}`)))}</dd>
            <dt>{t('settings.keyMade')}</dt>
            <dd>{age(key.created_at, now, locale)}</dd>
            {key.expires_at !== null && (
              <>
                <dt>{t('settings.keyEnds')}</dt>
                <dd>{new Date(key.expires_at).toLocaleDateString(locale)}</dd>
              </>
            )}
          </>
        )}
      </dl>
      <Button
        className={buttons.plain}
        onPress={() => {
          signOut()
          queries.clear()
        }}
      >
        {t('settings.signOut')}
      </Button>
    </>
  )
}
