import { lazy, Suspense, type ReactNode } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import page from '../shell/page.module.css'
import { sheetStore } from '../shell/sheet'
import buttons from '../ui/buttons.module.css'
import { About } from './About'
import { Looks } from './Looks'
import { NewDubs } from './NewDubs'
import { NotificationsSwitch } from './NotificationsSwitch'
import { ShortcutsSwitch } from './ShortcutsSwitch'
import styles from './settings.module.css'

const KeyInUse = lazy(() => import('./KeyInUse'))

/** What this browser remembers, and what it is let in with. */
export function Settings() {
  const { t } = useMessages()
  return (
    <div className={page.narrow}>
      <h1>{t('settings.title')}</h1>
      <Part title={t('settings.looks')}>
        <Looks />
      </Part>
      <Part title={t('settings.shortcuts')}>
        <ShortcutsSwitch />
        <Button
          className={buttons.plain}
          onPress={() => {
            sheetStore.set(true)
          }}
        >
          {t('settings.showShortcuts')}
        </Button>
      </Part>
      <Part title={t('settings.notifications')}>
        <NotificationsSwitch />
      </Part>
      <Part title={t('settings.newDubs')}>
        <NewDubs />
      </Part>
      <Part title={t('settings.access')}>
        <Suspense>
          <KeyInUse />
        </Suspense>
      </Part>
      <Part title={t('settings.about')}>
        <About />
      </Part>
    </div>
  )
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={styles.part}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}
