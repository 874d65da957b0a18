import { Button } from 'react-aria-components'
import { useMessages } from '../../i18n/messages'
import { useStore } from '../../ui/store'
import { resize, sizesStore } from '../layout/sizes'
import { Icon } from './Icon'
import view from './view.module.css'

/** Puts the picture away, so that what is beneath has more room, and brings it back. */
export function FoldButton() {
  const { t } = useMessages()
  const { isVideoShown } = useStore(sizesStore)
  return (
    <Button
      className={`${view.tool} ${view.fold}`}
      aria-expanded={isVideoShown}
      aria-label={t(isVideoShown ? 'studio.video.hide' : 'studio.video.show')}
      onPress={() => {
        resize({ isVideoShown: !isVideoShown })
      }}
    >
      <Icon name={isVideoShown ? 'up' : 'down'} />
    </Button>
  )
}
