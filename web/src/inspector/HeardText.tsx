import { useEffect, useId, useMemo, useSyncExternalStore } from 'react'
import type { Line } from '../api/types'
import type { Edits } from '../edits/edits'
import { Drafts } from '../lines/drafts'
import { speakerName } from '../lines/speakerName'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import fields from '../ui/fields.module.css'
import styles from './inspector.module.css'

const QUIET_MS = 5_000

/** What the original says, to be corrected, and who says it. */
export function HeardText({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits, script, speakers } = useStudio()
  const change = useChanging()
  const id = useId()
  const drafts = useMemo(() => new Drafts((number, text) => saveHeard(edits, number, text), QUIET_MS), [edits])
  const draft = useSyncExternalStore(drafts.subscribe, () => drafts.of(line.id))
  useEffect(
    () => () => {
      void drafts.flushAll()
    },
    [drafts],
  )
  return (
    <>
      <div className={fields.field}>
        <label htmlFor={id}>{t('lines.heard')}</label>
        <textarea
          id={id}
          className={`${fields.input} ${styles.heard}`}
          lang={script?.source_language}
          dir="auto"
          rows={2}
          maxLength={5000}
          value={draft?.text ?? line.source_text}
          onChange={(event) => {
            drafts.write(line.id, event.target.value)
          }}
          onBlur={() => void drafts.flush(line.id)}
        />
        <p className={fields.description}>{t('lines.heard.about')}</p>
        {draft?.problem != null && (
          <p role="alert" className={fields.error}>
            {t('lines.notSaved', { why: draft.problem.message })}
          </p>
        )}
      </div>
      {speakers.length > 1 && (
        <label className={fields.field}>
          <span className={fields.label}>{t('lines.speaker')}</span>
          <select
            className={`${fields.input} ${fields.compact}`}
            value={line.speaker}
            onChange={(event) => {
              const speaker = event.target.value
              change(() => edits.changeHeard(line.id, { speaker }))
            }}
          >
            {speakers.map((speaker) => (
              <option key={speaker.id} value={speaker.id}>
                {speakerName(speaker, t)}
              </option>
            ))}
          </select>
        </label>
      )}
    </>
  )
}

/** A line that says nothing is deleted, not emptied: an empty text is given up. */
function saveHeard(edits: Edits, line: number, text: string): Promise<void> {
  return text.trim() === '' ? Promise.resolve() : edits.changeHeard(line, { text })
}
