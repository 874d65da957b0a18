import { lazy, Suspense, useId, useState } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import styles from './home.module.css'
import type { Wanted } from './wanted'

// Few people need it, and sliders and number fields are heavy.
const MoreChoices = lazy(() => import('./MoreChoices'))

/** What most people leave as it is, folded away. */
export function More({ wanted }: { wanted: Wanted }) {
  const { t } = useMessages()
  const [isOpen, setIsOpen] = useState(false)
  const id = useId()
  return (
    <section aria-label={t('home.more')}>
      <Button
        className={styles.fold}
        aria-expanded={isOpen}
        aria-controls={id}
        onPress={() => {
          setIsOpen(!isOpen)
        }}
      >
        <span aria-hidden="true" className={styles.arrow} />
        {t('home.more')}
        <span className={styles.foldWhat}>{t('home.more.what')}</span>
      </Button>
      <div id={id} hidden={!isOpen}>
        {isOpen && (
          <Suspense fallback={<p className={styles.fine}>{t('common.loading')}</p>}>
            <MoreChoices wanted={wanted} />
          </Suspense>
        )}
      </div>
    </section>
  )
}
