import { useState, type CSSProperties } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../../i18n/messages'
import type { DubPlayer } from '../../player/dubPlayer'
import { percentage } from '../../ui/amounts'
import { useStore } from '../../ui/store'
import { Icon } from './Icon'
import view from './view.module.css'

/** How loud it is, and silence at one press. */
export function VolumeControl({ player }: { player: DubPlayer }) {
  const { t, locale } = useMessages()
  const volume = useStore(player.volume)
  const [before, setBefore] = useState(1)
  const isSilent = volume === 0
  return (
    <span className={view.volume}>
      <Button
        className={view.tool}
        aria-label={t(isSilent ? 'studio.volume.on' : 'studio.volume.off')}
        onPress={() => {
          setBefore(isSilent ? before : volume)
          player.setVolume(isSilent ? before : 0)
        }}
      >
        <Icon name={isSilent ? 'muted' : 'volume'} />
      </Button>
      <input
        type="range"
        className={view.range}
        style={{ '--share': volume } as CSSProperties}
        aria-label={t('studio.volume')}
        aria-valuetext={percentage(volume * 100, locale)}
        min={0}
        max={100}
        step={5}
        value={Math.round(volume * 100)}
        onChange={(event) => {
          player.setVolume(event.currentTarget.valueAsNumber / 100)
        }}
      />
    </span>
  )
}
