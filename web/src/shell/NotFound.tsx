import { Link } from '@tanstack/react-router'
import { useMessages } from '../i18n/messages'
import page from './page.module.css'

export function NotFound() {
  const { t } = useMessages()
  return (
    <div className={page.narrow}>
      <h1>{t('common.notFound.title')}</h1>
      <p>{t('common.notFound.text')}</p>
      <p className={page.ways}>
        <Link to="/library">{t('common.nav.library')}</Link>
        <Link to="/">{t('common.nav.new')}</Link>
      </p>
    </div>
  )
}
