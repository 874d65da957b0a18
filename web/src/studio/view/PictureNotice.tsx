import { useMessages } from '../../i18n/messages'
import type { DubPlayer } from '../../player/dubPlayer'
import { useStore } from '../../ui/store'
import { useStudio } from '../context'
import view from './view.module.css'

/** What stands over the picture: that this browser cannot show it, or that it is on its way. */
export function PictureNotice({ player }: { player: DubPlayer }) {
  const { t } = useMessages()
  const { project } = useStudio()
  const picture = useStore(player.picture)
  const hasDub = useStore(player.hasDub)
  const isWaiting = useStore(player.isWaiting)
  if (project.source_url === null) return <p className={view.notice}>{t('studio.picture.notHere')}</p>
  if (picture === 'unplayable') return <p className={view.notice}>{t(hasDub ? 'studio.picture.dubOnly' : 'studio.picture.linesOnly')}</p>
  if (picture === 'soundOnly') return <p className={view.notice}>{t('studio.picture.soundOnly')}</p>
  return <div role="status">{isWaiting && <p className={view.waiting}>{t('common.loading')}</p>}</div>
}
