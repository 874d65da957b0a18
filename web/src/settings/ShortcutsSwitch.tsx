import { useMessages } from '../i18n/messages'
import { shortcutsStore } from '../preferences/preferences'
import { useStore } from '../ui/store'
import { OnOff } from './OnOff'

/** Whether single keys do something. */
export function ShortcutsSwitch() {
  const { t } = useMessages()
  return (
    <OnOff
      isOn={useStore(shortcutsStore) === 'on'}
      onChange={(isOn) => {
        shortcutsStore.set(isOn ? 'on' : 'off')
      }}
      description={t('settings.shortcutsHint')}
    >
      {t('settings.useShortcuts')}
    </OnOff>
  )
}
