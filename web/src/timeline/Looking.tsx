import type { ReactNode } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import type { Scene } from './scene'
import styles from './timeline.module.css'
import { endMs, fitted, isFitted, isLargest, panned } from './view'
import { useDerived } from './useDerived'

const ZOOM_STEP = 1.6
const PAN_PART = 0.7

/** Buttons that do what wheels, pinches and drags do. */
export function Looking({ scene }: { scene: Scene }) {
  const { t } = useMessages()
  const { player } = useStudio()
  const isWhole = useDerived(scene.view, isFitted)
  const isClosest = useDerived(scene.view, isLargest)
  const isAtStart = useDerived(scene.view, (view) => view.startMs <= 0)
  const isAtEnd = useDerived(scene.view, (view) => endMs(view) >= view.durationMs - 1)
  const zoom = (factor: number) => () => {
    scene.zoom(factor, player.clock.nowMs)
  }
  const pan = (part: number) => () => {
    const view = scene.view.get()
    scene.look(panned(view, view.widthPx * part))
  }
  const fit = () => {
    scene.view.set(fitted(scene.view.get()))
  }
  return (
    <div role="group" aria-label={t('timeline.looking')} className={styles.looking}>
      <IconButton label={t('timeline.earlier')} isDisabled={isAtStart} onPress={pan(-PAN_PART)}>
        <path d="M10 3 5 8l5 5" />
      </IconButton>
      <IconButton label={t('timeline.later')} isDisabled={isAtEnd} onPress={pan(PAN_PART)}>
        <path d="m6 3 5 5-5 5" />
      </IconButton>
      <IconButton label={t('timeline.zoomOut')} isDisabled={isWhole} onPress={zoom(1 / ZOOM_STEP)}>
        <path d="M3 8h10" />
      </IconButton>
      <IconButton label={t('timeline.zoomIn')} isDisabled={isClosest} onPress={zoom(ZOOM_STEP)}>
        <path d="M3 8h10M8 3v10" />
      </IconButton>
      <IconButton label={t('timeline.fit')} isDisabled={isWhole} onPress={fit}>
        <path d="M2.5 3v10M13.5 3v10M5 8h6M7 6 5 8l2 2M9 6l2 2-2 2" />
      </IconButton>
    </div>
  )
}

interface IconButtonProps {
  label: string
  isDisabled: boolean
  onPress: () => void
  children: ReactNode
}

function IconButton({ label, isDisabled, onPress, children }: IconButtonProps) {
  return (
    <Button className={styles.icon} aria-label={label} isDisabled={isDisabled} onPress={onPress}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" className={styles.drawing}>
        {children}
      </svg>
    </Button>
  )
}

