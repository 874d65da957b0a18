import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import type { Speaker } from '../api/types'
import { useMessages } from '../i18n/messages'
import { speakerName } from '../lines/speakerName'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import fields from '../ui/fields.module.css'
import { renameSpeaker } from './calls'
import styles from './inspector.module.css'

/** What a speaker is called, to be written over. */
export function SpeakerName({ speaker }: { speaker: Speaker }) {
  const { t } = useMessages()
  const { project } = useStudio()
  const queries = useQueryClient()
  const change = useChanging()
  const [written, setWritten] = useState<string | null>(null)
  const save = () => {
    const name = written?.trim() ?? ''
    if (name === '' || name === speakerName(speaker, t)) setWritten(null)
    else {
      change(async () => {
        await renameSpeaker(queries, project.id, speaker.id, name)
        setWritten(null)
      })
    }
  }
  return (
    <TextField
      className={styles.speakerName}
      value={written ?? speakerName(speaker, t)}
      maxLength={200}
      onChange={setWritten}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === 'Enter') save()
        if (event.key === 'Escape') setWritten(null)
      }}
    >
      <Label className="visually-hidden">{t('lines.speakers.name')}</Label>
      <Input className={`${fields.input} ${fields.compact}`} dir="auto" />
    </TextField>
  )
}
