import { useState, type FormEvent } from 'react'
import { Button, Form, Input, Label, TextField } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { Window } from '../ui/Window'
import window from '../ui/window.module.css'
import { useRename } from './actions'

const LONGEST_NAME = 200

/** Asks for another name of a project. */
export default function RenameWindow({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useMessages()
  const [name, setName] = useState(project.name)
  const rename = useRename(project)
  const wanted = name.trim()
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted === project.name) onClose()
    else if (wanted !== '') rename.mutate(wanted, { onSuccess: onClose })
  }
  return (
    <Window title={t('library.renameTitle')} onClose={onClose}>
      <Form className={window.form} onSubmit={submit}>
        <TextField className={fields.field} value={name} onChange={setName} maxLength={LONGEST_NAME} autoFocus>
          <Label>{t('library.name')}</Label>
          <Input className={fields.input} dir="auto" />
        </TextField>
        {rename.error !== null && <ProblemNotice problem={problemOf(rename.error)} />}
        <div className={window.actions}>
          <Button className={`${buttons.plain} ${buttons.large}`} slot="close">
            {t('common.cancel')}
          </Button>
          <Button className={buttons.primary} type="submit" isDisabled={wanted === ''} isPending={rename.isPending}>
            {t('common.save')}
          </Button>
        </div>
      </Form>
    </Window>
  )
}
