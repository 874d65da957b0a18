import { lazy, Suspense, useState } from 'react'
import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { splitAtTime } from '../lines/splitting'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import { tell } from '../ui/toasts'
import { insertAfter, insertBefore, type Room } from './rooms'
import styles from './inspector.module.css'

const InsertDialog = lazy(() => import('./InsertDialog'))
const DeleteDialog = lazy(() => import('./DeleteDialog'))

/** What can be done with a line as a whole. */
export function LineActions({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits, lines, player, project, script, language } = useStudio()
  const change = useChanging()
  const [room, setRoom] = useState<Room | null>(null)
  const [isDeleting, setIsDeleting] = useState(false)
  const next = lines[lines.indexOf(line) + 1]
  const undo = { label: t('lines.undo'), run: () => { change(edits.undo) } }
  const withUndo = (work: () => Promise<void>, told: string) => {
    change(async () => {
      await work()
      tell(told, undo)
    })
  }
  const split = () => {
    const middle = (line.span.start_ms + line.span.end_ms) / 2
    const at = player.clock.nowMs
    const isInside = at > line.span.start_ms && at < line.span.end_ms
    const languages = { source: script?.source_language ?? '', target: language }
    const where = splitAtTime(line, line.target_text ?? '', isInside ? at : middle, languages)
    if (where === null) tell(t('lines.cannotSplit'))
    else withUndo(() => edits.splitLine(line.id, where), t('lines.didSplit'))
  }
  const remove = () => {
    setIsDeleting(false)
    withUndo(() => edits.deleteLine(line.id), t('lines.didDelete'))
  }
  const openRoom = (found: Room | null) => {
    if (found === null) tell(t('lines.noRoom'))
    else setRoom(found)
  }
  return (
    <section className={styles.actions} aria-label={t('lines.actions')}>
      <Button className={buttons.plain} onPress={split}>
        {t('lines.split')}
      </Button>
      <Button
        className={buttons.plain}
        isDisabled={next?.speaker !== line.speaker}
        onPress={() => {
          withUndo(() => edits.mergeWithNext(line.id), t('lines.didMerge'))
        }}
      >
        {t('lines.merge')}
      </Button>
      <Button
        className={buttons.plain}
        onPress={() => {
          openRoom(insertBefore(lines, line))
        }}
      >
        {t('lines.insertBefore')}
      </Button>
      <Button
        className={buttons.plain}
        onPress={() => {
          openRoom(insertAfter(lines, line, project.source?.duration_ms ?? null))
        }}
      >
        {t('lines.insertAfter')}
      </Button>
      <Button
        className={buttons.danger}
        onPress={() => {
          if ((line.stale && (script?.output_revision ?? 0) > 0) || line.locked === true) setIsDeleting(true)
          else remove()
        }}
      >
        {t('common.delete')}
      </Button>
      {room !== null && (
        <Suspense>
          <InsertDialog
            room={room}
            speaker={line.speaker}
            onClose={() => {
              setRoom(null)
            }}
          />
        </Suspense>
      )}
      {isDeleting && (
        <Suspense>
          <DeleteDialog
            onDelete={remove}
            onClose={() => {
              setIsDeleting(false)
            }}
          />
        </Suspense>
      )}
    </section>
  )
}
