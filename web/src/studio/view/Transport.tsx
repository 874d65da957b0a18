import { lazy, Suspense, type RefObject } from 'react'
import { Button } from 'react-aria-components'
import type { Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import type { DubPlayer } from '../../player/dubPlayer'
import type { Voice } from '../../player/player'
import { useStore } from '../../ui/store'
import { FoldButton } from './FoldButton'
import { FullscreenButton } from './FullscreenButton'
import { Icon } from './Icon'
import { Position, TimeText } from './Position'
import { VolumeControl } from './VolumeControl'
import view from './view.module.css'

const PlaybackMenus = lazy(() => import('./PlaybackMenus'))

const VOICES: readonly Voice[] = ['original', 'dub']

interface Props {
  player: DubPlayer
  stage: RefObject<HTMLElement | null>
  target: Target | null
}

/** Play and pause, where it is, whom one hears, how fast and how loud. */
export function Transport({ player, stage, target }: Props) {
  const { t } = useMessages()
  const isPlaying = useStore(player.playing)
  return (
    <div className={view.transport}>
      <div className={view.row}>
        <Button className={view.play} aria-label={t(isPlaying ? 'studio.pause' : 'studio.play')} onPress={player.toggle}>
          <Icon name={isPlaying ? 'pause' : 'play'} />
        </Button>
        <Position player={player} />
        <TimeText player={player} />
      </div>
      <div className={view.row}>
        <VoiceSwitch player={player} />
        <span className={view.tools}>
          <Suspense fallback={<span className={view.menusSoon} />}>
            <PlaybackMenus player={player} target={target} />
          </Suspense>
          <VolumeControl player={player} />
          <FullscreenButton stage={stage} />
          <FoldButton />
        </span>
      </div>
    </div>
  )
}

function VoiceSwitch({ player }: { player: DubPlayer }) {
  const { t } = useMessages()
  const voice = useStore(player.voice)
  const hasDub = useStore(player.hasDub)
  const picture = useStore(player.picture)
  const heard: Voice = hasDub ? voice : 'original'
  const isThere = { original: picture !== 'unplayable', dub: hasDub }
  return (
    <div role="group" className={view.voices} aria-label={t('studio.voice')}>
      {VOICES.map((one) => (
        <Button
          key={one}
          className={view.voice}
          data-voice={one}
          aria-pressed={heard === one}
          isDisabled={!isThere[one]}
          onPress={() => {
            player.listenTo(one)
          }}
        >
          {t(`studio.voice.${one}`)}
        </Button>
      ))}
    </div>
  )
}
