import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import buttons from '../ui/buttons.module.css'
import { useStore } from '../ui/store'
import styles from './inspector.module.css'
import { previewStore, stopPreview } from './voicePreview'

interface Props {
  /** What this button plays, as `previewStore` names it. */
  playing: string
  /** What a screen reader says it is. */
  label: string
  onPlay: () => void
  isDisabled?: boolean
}

/** Listens to something beside the video, and stops it. */
export function PreviewButton({ playing, label, onPlay, isDisabled = false }: Props) {
  const { t } = useMessages()
  const { player } = useStudio()
  const preview = useStore(previewStore)
  const mine = preview?.key === playing ? preview : null
  const isBusy = mine?.state === 'working'
  const isPlaying = mine?.state === 'playing'
  return (
    <>
      <Button
        className={`${buttons.plain} ${buttons.icon} ${styles.preview}`}
        aria-label={isPlaying ? t('lines.stop') : isBusy ? t('lines.preview.working') : label}
        data-state={mine?.state}
        isDisabled={isDisabled}
        onPress={() => {
          if (isPlaying || isBusy) stopPreview()
          else {
            player.pause()
            onPlay()
          }
        }}
      >
        <span aria-hidden="true">{isBusy ? '…' : isPlaying ? '■' : '▶'}</span>
      </Button>
      {mine?.state === 'failed' && (
        <span role="alert" className={styles.failed}>
          {mine.problem?.message} {mine.problem?.hint}
        </span>
      )}
    </>
  )
}
