import { Link, Outlet } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useMessages } from '../i18n/messages'
import { SignInGate } from '../session/SignInGate'
import { useShortcuts } from '../ui/shortcuts'
import { Toasts } from '../ui/Toasts'
import { ConnectionNotice } from './ConnectionNotice'
import { sheetStore } from './sheet'
import shell from './shell.module.css'

// Menus are heavy, and nobody needs this one before the page itself.
const Preferences = lazy(() => import('./Preferences'))
const Everywhere = lazy(() => import('./Everywhere'))

/** The frame of every page: the bar on top, what is said about the connection, and the page. */
export function Shell() {
  const { t } = useMessages()
  // Not among what is loaded later: a key that is pressed before it is there would be lost.
  useShortcuts({
    sheet: () => {
      sheetStore.set(true)
    },
  })
  return (
    <>
      <a className={shell.skip} href="#main">
        {t('common.skip')}
      </a>
      <header className={shell.bar}>
        <Link to="/" className={shell.mark}>
          <img src="/icon.svg" alt="" width="24" height="24" />
          Dubwright
        </Link>
        <nav aria-label={t('common.nav.label')} className={shell.nav}>
          <Link to="/">{t('common.nav.new')}</Link>
          <Link to="/library">{t('common.nav.library')}</Link>
          <Link to="/glossaries">{t('common.nav.glossaries')}</Link>
          <Link to="/health">{t('common.nav.health')}</Link>
          <Link to="/settings">{t('common.nav.settings')}</Link>
        </nav>
        <Suspense fallback={<div className={shell.preferences} />}>
          <Preferences />
        </Suspense>
      </header>
      <ConnectionNotice />
      <main id="main" tabIndex={-1} className={shell.main}>
        <SignInGate>
          <Outlet />
        </SignInGate>
      </main>
      <Toasts />
      <Suspense>
        <Everywhere />
      </Suspense>
    </>
  )
}
