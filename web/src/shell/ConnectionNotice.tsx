import { useMessages } from '../i18n/messages'
import { connectionStore } from '../live/events'
import { useStore } from '../ui/store'
import shell from './shell.module.css'

/** Says that the server cannot be reached, and that nothing needs to be done about it here. */
export function ConnectionNotice() {
  const { t } = useMessages()
  const connection = useStore(connectionStore)
  return (
    <div role="status">
      {connection === 'lost' && <p className={shell.lost}>{t('common.connection.lost')}</p>}
    </div>
  )
}
