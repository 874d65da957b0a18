import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Button, Form, Input, Label, TextField } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { addSpeaker } from './calls'
import { SpeakerCard } from './SpeakerCard'
import '../lines/speakers.css'
import styles from './inspector.module.css'

/** Who speaks in the video, and the voice that each has in this dub. */
export function Speakers() {
  const { t } = useMessages()
  const { speakers, project } = useStudio()
  const queries = useQueryClient()
  const change = useChanging()
  const [name, setName] = useState('')
  const spokenMs = speakers.reduce((sum, speaker) => sum + speaker.speech_ms, 0)
  return (
    <div className={styles.inspector}>
      {speakers.length === 0 && <p className={styles.hint}>{t('lines.speakers.none')}</p>}
      <ul className={styles.people}>
        {speakers.map((speaker) => (
          <li key={speaker.id}>
            <SpeakerCard speaker={speaker} share={spokenMs === 0 ? 0 : speaker.speech_ms / spokenMs} />
          </li>
        ))}
      </ul>
      <Form
        className={styles.add}
        onSubmit={(event) => {
          event.preventDefault()
          change(async () => {
            await addSpeaker(queries, project.id, name.trim())
            setName('')
          })
        }}
      >
        <TextField className={fields.field} value={name} onChange={setName} maxLength={200}>
          <Label>{t('lines.speakers.new')}</Label>
          <Input className={`${fields.input} ${fields.compact}`} dir="auto" />
        </TextField>
        <Button type="submit" className={buttons.plain} isDisabled={name.trim() === ''}>
          {t('lines.speakers.add')}
        </Button>
      </Form>
    </div>
  )
}
