import { useState } from 'react'
import { useMessages } from '../i18n/messages'
import { notificationsStore } from '../preferences/preferences'
import { useStore } from '../ui/store'
import { OnOff } from './OnOff'
import styles from './settings.module.css'

type Permission = NotificationPermission | 'impossible'

/** Whether the desktop tells that a dub is ready; the browser is asked when it is switched on. */
export function NotificationsSwitch() {
  const { t } = useMessages()
  const [permission, setPermission] = useState<Permission>(permissionNow)
  const isOn = useStore(notificationsStore) === 'on' && permission === 'granted'
  const change = async (wanted: boolean) => {
    if (!wanted) {
      notificationsStore.set('off')
      return
    }
    const given = await Notification.requestPermission()
    setPermission(given)
    notificationsStore.set(given === 'granted' ? 'on' : 'off')
  }
  return (
    <>
      <OnOff isOn={isOn} onChange={(wanted) => void change(wanted)} isDisabled={permission === 'impossible'} description={t('settings.notificationsHint')}>
        {t('settings.notify')}
      </OnOff>
      <p role="status" className={styles.told}>
        {permission === 'denied' && t('settings.notificationsDenied')}
        {permission === 'impossible' && t('settings.notificationsImpossible')}
      </p>
    </>
  )
}

function permissionNow(): Permission {
  return 'Notification' in window ? Notification.permission : 'impossible'
}
