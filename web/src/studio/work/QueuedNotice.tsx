import { useQuery } from '@tanstack/react-query'
import { Button } from 'react-aria-components'
import { systemQuery } from '../../api/queries'
import type { Operation } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import buttons from '../../ui/buttons.module.css'
import { cancelOperation } from '../calls'
import { useChanging } from '../useChanging'
import work from './work.module.css'

/** Says that the work waits its turn, and behind how many. */
export default function QueuedNotice({ operation }: { operation: Operation }) {
  const { t } = useMessages()
  const change = useChanging()
  const queue = useQuery({ ...systemQuery, refetchInterval: 5_000 }).data?.queue
  const before = queue === undefined ? 0 : queue.running + Math.max(0, queue.queued - 1)
  return (
    <section className={work.notice} aria-label={t('studio.work')}>
      <p role="status" className={work.sentence}>
        {before > 0 ? t('studio.work.queuedBehind', { n: before }) : t('studio.work.queued')}
      </p>
      <Button className={buttons.plain} onPress={() => change(() => cancelOperation(operation.id))}>
        {t('common.cancel')}
      </Button>
    </section>
  )
}
