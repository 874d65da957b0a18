import { lazy, Suspense, useState } from 'react'
import type { Operation, Target } from '../../api/types'
import { useStudio } from '../context'

const Working = lazy(() => import('./Working'))
const QueuedNotice = lazy(() => import('./QueuedNotice'))
const StoppedNotice = lazy(() => import('./StoppedNotice'))
const NotDubbedNotice = lazy(() => import('./NotDubbedNotice'))

interface Props {
  target: Target | null
  stopped: Operation | null
}

/** What works on the project, waits, went wrong or is still to be begun; nothing when all is quiet. */
export function WorkBanner({ target, stopped }: Props) {
  const { operation, lines } = useStudio()
  const [dismissed, setDismissed] = useState<string | null>(null)
  if (operation !== null) {
    const Notice = operation.state === 'queued' ? QueuedNotice : Working
    return (
      <Suspense>
        <Notice key={nameOf(operation)} operation={operation} />
      </Suspense>
    )
  }
  // Without lines, their place says what there is to do.
  const isSilent = stopped?.error?.code === 'nothing_to_dub' && lines.length === 0
  if (stopped !== null && !isSilent && nameOf(stopped) !== dismissed) {
    const dismiss = () => {
      setDismissed(nameOf(stopped))
    }
    return (
      <Suspense>
        <StoppedNotice key={nameOf(stopped)} operation={stopped} onDismiss={dismiss} />
      </Suspense>
    )
  }
  if (target === null || target.output_revision > 0 || lines.length === 0) return null
  return (
    <Suspense>
      <NotDubbedNotice target={target} />
    </Suspense>
  )
}

function nameOf({ id, attempt }: Operation): string {
  return `${id} ${String(attempt)}`
}
