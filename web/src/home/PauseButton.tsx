import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { useStore } from '../ui/store'
import type { VideoUpload } from '../uploads/upload'

/** Stops an upload for a while, and lets it go on. */
export function PauseButton({ upload }: { upload: VideoUpload }) {
  const { t } = useMessages()
  const { kind } = useStore(upload.status)
  if (kind === 'done' || kind === 'failed') return null
  return (
    <Button className={buttons.plain} onPress={kind === 'sending' ? upload.pause : () => void upload.begin()}>
      {kind === 'sending' ? t('home.upload.pause') : t('home.upload.resume')}
    </Button>
  )
}
