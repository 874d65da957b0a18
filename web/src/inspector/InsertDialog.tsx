import { useState } from 'react'
import { Button, Form, Label, TextArea, TextField } from 'react-aria-components'
import { speakerName } from '../lines/speakerName'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import { problemOf, type Problem } from '../api/problem'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { tell } from '../ui/toasts'
import { Window } from '../ui/Window'
import type { Room } from './rooms'
import { TimeField } from './TimeField'
import styles from './inspector.module.css'

interface Props {
  room: Room
  speaker: string
  onClose: () => void
}

/** Asks for the words of a line that is put in. */
export default function InsertDialog({ room, speaker, onClose }: Props) {
  const { t } = useMessages()
  const { edits, script, language, speakers, project } = useStudio()
  const change = useChanging()
  const [said, setSaid] = useState('')
  const [translation, setTranslation] = useState('')
  const [who, setWho] = useState(speaker)
  const [times, setTimes] = useState(room)
  const [problem, setProblem] = useState<Problem | null>(null)
  const insert = async () => {
    try {
      await edits.insertLine({ speaker: who, startMs: times.startMs, endMs: times.endMs, sourceText: said.trim(), targetText: translation.trim() })
      tell(t('lines.didInsert'), { label: t('lines.undo'), run: () => { change(edits.undo) } })
      onClose()
    } catch (thrown) {
      setProblem(problemOf(thrown))
    }
  }
  return (
    <Window title={t('lines.insert')} onClose={onClose}>
      <Form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          void insert()
        }}
      >
        <TextField className={fields.field} value={said} onChange={setSaid} isRequired autoFocus>
          <Label>{t('lines.heard')}</Label>
          <TextArea className={fields.input} lang={script?.source_language} dir="auto" maxLength={5000} rows={2} />
        </TextField>
        <TextField className={fields.field} value={translation} onChange={setTranslation}>
          <Label>{t('lines.insert.translation')}</Label>
          <TextArea className={fields.input} lang={language} dir="auto" maxLength={5000} rows={2} />
        </TextField>
        {speakers.length > 1 && (
          <label className={fields.field}>
            <span className={fields.label}>{t('lines.speaker')}</span>
            <select
              className={fields.input}
              value={who}
              onChange={(event) => {
                setWho(event.target.value)
              }}
            >
              {speakers.map((one) => (
                <option key={one.id} value={one.id}>
                  {speakerName(one, t)}
                </option>
              ))}
            </select>
          </label>
        )}
        <div className={styles.pair}>
          <TimeField label={t('lines.start')} ms={times.startMs} least={0} most={times.endMs - 100} onChange={(startMs) => { setTimes({ ...times, startMs }) }} />
          <TimeField label={t('lines.end')} ms={times.endMs} least={times.startMs + 100} most={project.source?.duration_ms ?? Infinity} onChange={(endMs) => { setTimes({ ...times, endMs }) }} />
        </div>
        {problem !== null && <ProblemNotice problem={problem} />}
        <Button type="submit" className={buttons.primary} isDisabled={said.trim() === ''}>
          {t('lines.insert.do')}
        </Button>
      </Form>
    </Window>
  )
}
