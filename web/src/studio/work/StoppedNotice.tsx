import { lazy, Suspense, useState } from 'react'
import { Button } from 'react-aria-components'
import type { Operation } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import buttons from '../../ui/buttons.module.css'
import { sentence } from '../../ui/sentence'
import { retryOperation } from '../calls'
import { useChanging } from '../useChanging'
import { stepOf } from './steps'
import work from './work.module.css'

const LogWindow = lazy(() => import('./LogWindow'))

/** What failed or was stopped, why, what to do about it, and the way on. */
export default function StoppedNotice({ operation, onDismiss }: { operation: Operation; onDismiss: () => void }) {
  const { t } = useMessages()
  const change = useChanging()
  const [isLogShown, setIsLogShown] = useState(false)
  const { error, progress } = operation
  // A stage that had ended is not the one that failed: that one had not been heard of yet.
  const step = progress.done < progress.total ? stepOf(progress.stage) : null
  return (
    <section role={error === null ? 'status' : 'alert'} className={work.notice} data-failed={error === null ? undefined : ''} aria-label={t('studio.work')}>
      <div className={work.reason}>
        <p className={work.what}>{error === null ? t('studio.stopped') : step === null ? t('studio.failed') : t('studio.failed.step', { step: t(`studio.step.${step}`) })}</p>
        {error !== null && <p>{sentence(error.message)}</p>}
        {error?.hint != null && <p className={work.remedy}>{sentence(error.hint)}</p>}
      </div>
      <div className={work.ways}>
        <Button className={buttons.quiet} onPress={() => change(() => retryOperation(operation.id))}>
          {step === null ? t('common.retry') : t('studio.retry.step', { step: t(`studio.step.${step}`) })}
        </Button>
        <Button
          className={buttons.plain}
          onPress={() => {
            setIsLogShown(true)
          }}
        >
          {t('studio.log')}
        </Button>
        <Button className={buttons.plain} onPress={onDismiss}>
          {t('common.close')}
        </Button>
      </div>
      {isLogShown && (
        <Suspense>
          <LogWindow
            operation={operation}
            onClose={() => {
              setIsLogShown(false)
            }}
          />
        </Suspense>
      )}
    </section>
  )
}
