import { Fragment } from 'react'
import { useMessages } from '../i18n/messages'
import { shortcutsStore } from '../preferences/preferences'
import { SHORTCUTS } from '../ui/shortcuts'
import { useStore } from '../ui/store'
import { Window } from '../ui/Window'
import { Keys } from './Keys'
import { sheetStore } from './sheet'
import styles from './keyboard.module.css'

const AREAS = ['play', 'move', 'edit', 'page'] as const

/** Every shortcut, by what it is for. */
export default function KeyboardSheet() {
  const { t } = useMessages()
  const isOn = useStore(shortcutsStore) === 'on'
  return (
    <Window
      title={t('settings.shortcuts')}
      isWide
      onClose={() => {
        sheetStore.set(false)
      }}
    >
      {!isOn && <p className={styles.off}>{t('settings.shortcutsAreOff')}</p>}
      <div className={styles.areas}>
        {AREAS.map((area) => (
          <table key={area} className={styles.area}>
            <caption>{t(`settings.area.${area}`)}</caption>
            <thead className="visually-hidden">
              <tr>
                <th scope="col">{t('settings.what')}</th>
                <th scope="col">{t('settings.keys')}</th>
              </tr>
            </thead>
            <tbody>
              {SHORTCUTS.filter((shortcut) => shortcut.area === area).map((shortcut) => (
                <tr key={shortcut.id}>
                  <th scope="row">{t(shortcut.messageKey)}</th>
                  <td>
                    {shortcut.keys.map((keys, at) => (
                      <Fragment key={keys}>
                        {at > 0 && <span className={styles.or}> {t('settings.or')} </span>}
                        <Keys keys={keys} />
                      </Fragment>
                    ))}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        ))}
      </div>
      <p className={styles.mac}>{t('settings.mac')}</p>
    </Window>
  )
}
