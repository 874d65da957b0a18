import { lazy, Suspense, useState } from 'react'
import { Button } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Operation } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { sentence } from '../ui/sentence'
import { useRetry } from './actions'
import { stepMessage } from './step'
import styles from './row.module.css'

const LogWindow = lazy(() => import('../studio/work/LogWindow'))

/** What failed, why, and what to do about it. */
export function FailedNote({ operation }: { operation: Operation }) {
  const { t } = useMessages()
  const retry = useRetry(operation)
  const [isLogOpen, setLogOpen] = useState(false)
  const step = stepMessage(operation.progress.stage)
  const where = step === null ? t('library.failed') : t('library.failedAt', { step: t(step) })
  return (
    <div className={styles.failed}>
      <p className={styles.where}>{where}</p>
      {operation.error !== null && (
        <p dir="auto">
          {sentence(operation.error.message)} {sentence(operation.error.hint ?? '')}
        </p>
      )}
      <div className={styles.remedies}>
        <Button
          className={buttons.quiet}
          isPending={retry.isPending}
          onPress={() => {
            retry.mutate()
          }}
        >
          {t('library.retry')}
        </Button>
        <Button
          className={buttons.plain}
          onPress={() => {
            setLogOpen(true)
          }}
        >
          {t('library.log')}
        </Button>
      </div>
      {retry.error !== null && <ProblemNotice problem={problemOf(retry.error)} />}
      {isLogOpen && (
        <Suspense>
          <LogWindow
            operation={operation}
            onClose={() => {
              setLogOpen(false)
            }}
          />
        </Suspense>
      )}
    </div>
  )
}
