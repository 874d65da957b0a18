import { useQuery } from '@tanstack/react-query'
import { useCallback, useRef, type CSSProperties } from 'react'
import { Button } from 'react-aria-components'
import { useMediaUrl } from '../../api/media'
import { projectFilesQuery } from '../../api/queries'
import type { FileResource, Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import type { DubPlayer } from '../../player/dubPlayer'
import { useStore } from '../../ui/store'
import { useStudio } from '../context'
import { sizesStore } from '../layout/sizes'
import { Captions } from './Captions'
import { addressOf, dubSound } from './files'
import { Icon } from './Icon'
import { PictureNotice } from './PictureNotice'
import { Transport } from './Transport'
import view from './view.module.css'

const NO_FILES: readonly FileResource[] = []

/** The video with its two voices, and what it is played with. */
export function PlayerView({ player, target }: { player: DubPlayer; target: Target | null }) {
  const { t } = useMessages()
  const { project } = useStudio()
  const stage = useRef<HTMLDivElement>(null)
  const { isVideoShown } = useStore(sizesStore)
  const isPlaying = useStore(player.playing)
  const files = useQuery(projectFilesQuery(project.id)).data?.items ?? NO_FILES
  const targetFiles = target?.artifacts ?? NO_FILES
  const source = useMediaUrl(project.source_url)
  const poster = useMediaUrl(addressOf(files, (name) => name === 'poster.jpg'))
  const sound = useMediaUrl(dubSound(targetFiles))
  const picture = project.source?.video
  const takeVideo = useCallback((video: HTMLVideoElement | null) => (video === null ? undefined : player.attachVideo(video)), [player])
  const takeSound = useCallback((sound: HTMLAudioElement | null) => (sound === null ? undefined : player.attachSound(sound)), [player])
  return (
    <div ref={stage} className={view.view}>
      <div className={view.stage} data-hidden={isVideoShown ? undefined : ''} style={{ '--ratio': picture === undefined ? 16 / 9 : picture.width / picture.height } as CSSProperties}>
        {source !== null && (
          <video
            key={source}
            ref={takeVideo}
            src={source}
            poster={poster ?? undefined}
            // The first picture and the length are asked of the video itself only where nobody knows them yet.
            preload={picture === undefined ? 'metadata' : 'none'}
            playsInline
            aria-label={project.name}
            onClick={player.toggle}
          >
            <Captions files={targetFiles} languages={[project.source_language, target?.language ?? null]} />
          </video>
        )}
        {sound !== null && <audio key={sound} ref={takeSound} src={sound} preload="none" />}
        {!isPlaying && source !== null && (
          <Button className={view.big} aria-label={t('studio.play')} onPress={player.play}>
            <Icon name="play" size={28} />
          </Button>
        )}
        <PictureNotice player={player} />
      </div>
      <Transport player={player} stage={stage} target={target} />
    </div>
  )
}
