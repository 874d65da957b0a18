import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { speakersQuery, scriptQuery } from '../api/queries'
import type { Line, Project, Speaker } from '../api/types'
import { DubPlayer } from '../player/dubPlayer'
import { StudioContext, type Studio } from './context'
import { Frame } from './Frame'
import { hasScript, openTarget } from './opening'
import { useAddress } from './useAddress'
import { useEdits } from './useEdits'
import { useWork } from './work/useWork'

const NO_LINES: readonly Line[] = []
const NO_SPEAKERS: readonly Speaker[] = []

/** Brings together what the parts of the studio share, and shows them. */
export function OpenProject({ project }: { project: Project }) {
  const { language: asked, tab, setTab, selection } = useAddress()
  const target = openTarget(project, asked)
  const language = target?.language ?? ''
  const found = useQuery({ ...scriptQuery(project.id, language), enabled: hasScript(project, target) })
  const script = found.data ?? null
  const speakers = useQuery({ ...speakersQuery(project.id), enabled: project.has_transcript }).data?.items ?? NO_SPEAKERS
  const { running, stopped } = useWork(project, language)
  const edits = useEdits(project.id, language)
  const [player] = useState(() => new DubPlayer())
  const lines = script?.utterances ?? NO_LINES

  useEffect(() => {
    document.title = project.name
    return () => {
      document.title = 'Dubwright'
    }
  }, [project.name])
  const durationMs = project.source?.duration_ms
  useEffect(() => {
    if (durationMs !== undefined) player.clock.setDuration(durationMs)
  }, [player, durationMs])

  const newestLines = useRef(lines)
  useEffect(() => {
    newestLines.current = lines
  }, [lines])
  const selectLine = useCallback<Studio['selectLine']>(
    (id, how) => {
      selection.set(id)
      const line = how?.seek === true ? newestLines.current.find((one) => one.id === id) : undefined
      if (line !== undefined) player.seek(startOf(line, player))
    },
    [player, selection],
  )
  const studio = useMemo<Studio>(
    () => ({ project, language, script, lines, speakers, operation: running, player, edits, selection, selectLine }),
    [project, language, script, lines, speakers, running, player, edits, selection, selectLine],
  )
  return (
    <StudioContext value={studio}>
      <Frame player={player} target={target} stopped={stopped} isLoading={found.isLoading} problem={found.error} tab={tab} onTab={setTab} />
    </StudioContext>
  )
}

/** Where a line is heard: the dub may say it a little earlier or later than the original. */
function startOf(line: Line, player: DubPlayer): number {
  const isDubHeard = player.voice.get() === 'dub'
  return (isDubHeard ? line.placed_start_ms : null) ?? line.span.start_ms
}
