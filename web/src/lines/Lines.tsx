import { lazy, Suspense, useEffect, useEffectEvent, useMemo } from 'react'
import type { Line } from '../api/types'
import { conflictStore } from '../edits/conflict'
import { useStudio } from '../studio/context'
import { useStore } from '../ui/store'
import { LineList } from './LineList'
import { LinesToolbar } from './LinesToolbar'
import { LineWorkContext } from './lineWork'
import { found, shownLines } from './picking'
import { useLineWorkOf } from './useLineWorkOf'
import { changeView, resetView, viewStore } from './view'
import './speakers.css'
import styles from './lines.module.css'

const ConflictDialog = lazy(() => import('../edits/ConflictDialog'))

/** All lines of the open dub: to find, listen to, write and mark as fine. */
export function Lines() {
  const { lines, project, selection } = useStudio()
  const view = useStore(viewStore)
  const conflict = useStore(conflictStore)
  const work = useLineWorkOf()
  const shown = useMemo(() => shownLines(lines, view, work.isEdited), [lines, view, work.isEdited])
  const places = useMemo(() => found(shown, view.find), [shown, view.find])

  // Whoever goes to a line from elsewhere sees it, whatever was shown before.
  const reveal = useEffectEvent((line: number | null) => {
    const isThere = (among: readonly Line[]) => among.some(({ id }) => id === line)
    if (!isThere(shown) && isThere(lines)) changeView({ show: 'all', speaker: null })
  })
  useEffect(() => resetView, [project.id])
  useEffect(() => {
    // Only a new selection asks for that: a line that was marked as fine may leave the list.
    reveal(selection.get())
    return selection.subscribe(() => {
      reveal(selection.get())
    })
  }, [selection])

  return (
    <LineWorkContext value={work}>
      <div className={styles.lines}>
        <LinesToolbar shown={shown} places={places} />
        <LineList shown={shown} places={places} />
      </div>
      {conflict !== null && (
        <Suspense>
          <ConflictDialog conflict={conflict} />
        </Suspense>
      )}
    </LineWorkContext>
  )
}
