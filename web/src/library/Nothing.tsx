import { Link } from '@tanstack/react-router'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { Waves } from './Waves'
import styles from './library.module.css'

/** What stands in the place of rows: nothing yet, or nothing like that. */
export function Nothing({ isNarrowed }: { isNarrowed: boolean }) {
  const { t } = useMessages()
  return (
    <div className={styles.nothing}>
      <Waves />
      <h2>{isNarrowed ? t('library.nothingFound') : t('library.nothing')}</h2>
      <p>{isNarrowed ? t('library.nothingFoundHint') : t('library.nothingHint')}</p>
      {isNarrowed ? (
        <Link to="/library" className={buttons.plain}>
          {t('library.showAll')}
        </Link>
      ) : (
        <Link to="/" className={buttons.quiet}>
          {t('library.first')}
        </Link>
      )}
    </div>
  )
}
