import { lazy, memo } from 'react'
import type { Operation, Target } from '../api/types'
import type { DubPlayer } from '../player/dubPlayer'
import { useStudio } from './context'
import { StudioHeader } from './header/StudioHeader'
import { NarrowLayout } from './layout/NarrowLayout'
import { WideLayout } from './layout/WideLayout'
import { useIsWide } from './layout/useRoom'
import layout from './layout/layout.module.css'
import { LinesPlace } from './LinesPlace'
import { Timeline } from './parts'
import { PartPlace } from './PartPlace'
import type { StudioTab } from './search'
import { PlayerView } from './view/PlayerView'
import { useStudioShortcuts } from './useStudioShortcuts'
import { WorkBanner } from './work/WorkBanner'

// Tabs are heavy, and the video and the lines come before what is in them.
const SideTabs = lazy(async () => ({ default: (await import('./tabs/SideTabs')).SideTabs }))

interface Props {
  player: DubPlayer
  /** The open language; null where none was chosen yet. */
  target: Target | null
  stopped: Operation | null
  /** Whether the lines are on their way. */
  isLoading: boolean
  /** Why the lines could not be had. */
  problem: Error | null
  tab: StudioTab | undefined
  onTab: (tab: StudioTab | undefined) => void
}

/** The studio: what is worked on above, lines and video in the middle, time below. */
export const Frame = memo(function Frame({ player, target, stopped, isLoading, problem, tab, onTab }: Props) {
  const { lines } = useStudio()
  const isWide = useIsWide()
  useStudioShortcuts(player)
  const linesPlace = <LinesPlace target={target} stopped={stopped} isLoading={isLoading} problem={problem} />
  const video = <PlayerView player={player} target={target} />
  const timeline = lines.length > 0 && (
    <PartPlace name="timeline">
      <Timeline />
    </PartPlace>
  )
  const tabs = (
    <PartPlace name="tabs">
      <SideTabs tab={tab} onTab={onTab} lines={isWide ? undefined : linesPlace} />
    </PartPlace>
  )
  return (
    <div className={layout.studio}>
      <StudioHeader target={target} />
      <WorkBanner target={target} stopped={stopped} />
      {isWide ? (
        <WideLayout lines={linesPlace} video={video} tabs={tabs} timeline={timeline} />
      ) : (
        <NarrowLayout video={video} tabs={tabs} timeline={timeline} />
      )}
    </div>
  )
})
