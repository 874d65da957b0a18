import { CatchBoundary } from '@tanstack/react-router'
import { Suspense, type ReactNode } from 'react'
import { useMessages } from '../i18n/messages'
import { PageProblem } from '../shell/PageProblem'
import start from './start/start.module.css'

/** Room for a part that loads by itself; one that fails leaves the others as they are. */
export function PartPlace({ name, children }: { name: string; children: ReactNode }) {
  const { t } = useMessages()
  return (
    <CatchBoundary getResetKey={() => name} errorComponent={PageProblem}>
      <Suspense fallback={<p className={start.wait}>{t('common.loading')}</p>}>{children}</Suspense>
    </CatchBoundary>
  )
}
