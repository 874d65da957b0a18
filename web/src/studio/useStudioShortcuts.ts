import type { DubPlayer } from '../player/dubPlayer'
import { useShortcuts } from '../ui/shortcuts'
import { useStudio } from './context'
import { useChanging } from './useChanging'
import { nextToLook } from './looking'

/** The keys that mean the same wherever one is in the studio. */
export function useStudioShortcuts(player: DubPlayer): void {
  const { lines, selection, selectLine, edits } = useStudio()
  const change = useChanging()
  useShortcuts({
    playPause: player.toggle,
    playPauseWhileTyping: player.toggle,
    otherVoice: () => {
      if (player.hasDub.get()) player.listenTo(player.voice.get() === 'dub' ? 'original' : 'dub')
    },
    nextProblem: () => {
      const next = nextToLook(lines, selection.get())
      if (next !== null) selectLine(next.id, { seek: true })
    },
    undo: () => {
      if (edits.state.get().canUndo) change(edits.undo)
    },
    redo: () => {
      if (edits.state.get().canRedo) change(edits.redo)
    },
  })
}
