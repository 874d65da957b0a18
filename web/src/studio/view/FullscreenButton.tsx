import { useSyncExternalStore, type RefObject } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../../i18n/messages'
import { Icon } from './Icon'
import view from './view.module.css'

/** Gives the video, with what it is played with, the whole screen and back. Left out where browsers cannot. */
export function FullscreenButton({ stage }: { stage: RefObject<HTMLElement | null> }) {
  const { t } = useMessages()
  const isFull = useSyncExternalStore(subscribe, () => document.fullscreenElement !== null)
  if (!document.fullscreenEnabled) return null
  return (
    <Button
      className={view.tool}
      aria-label={t(isFull ? 'studio.fullscreen.leave' : 'studio.fullscreen')}
      onPress={() => {
        void (isFull ? document.exitFullscreen() : stage.current?.requestFullscreen())
      }}
    >
      <Icon name={isFull ? 'smaller' : 'fullscreen'} />
    </Button>
  )
}

function subscribe(listener: () => void): () => void {
  document.addEventListener('fullscreenchange', listener)
  return () => {
    document.removeEventListener('fullscreenchange', listener)
  }
}
