import { useState, type FormEvent } from 'react'
import { Button, Form, Input, Label, TextField } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Glossary } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { LanguagePicker } from '../ui/language-picker'
import { ProblemNotice } from '../ui/ProblemNotice'
import { useCreateGlossary, usePairs } from './queries'
import styles from './glossaries.module.css'

const LONGEST_NAME = 100

/** Asks for a name and two languages, which stay; the terms come next. */
export function NewGlossary({ onClose, onMade }: { onClose: () => void; onMade: (glossary: Glossary) => void }) {
  const { t } = useMessages()
  const { sources, targets } = usePairs()
  const [name, setName] = useState('')
  const [source, setSource] = useState<string | null>(null)
  const [target, setTarget] = useState<string | null>(null)
  const create = useCreateGlossary()
  const isSame = source !== null && source === target
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (source === null || target === null || isSame) return
    create.mutate({ name: name.trim(), source_language: source, target_language: target, terms: {} }, { onSuccess: onMade })
  }
  return (
    <Form className={styles.form} onSubmit={submit} aria-label={t('glossary.new')}>
      <TextField className={fields.field} value={name} onChange={setName} maxLength={LONGEST_NAME} isRequired autoFocus>
        <Label>{t('glossary.name')}</Label>
        <Input className={fields.input} dir="auto" placeholder={t('glossary.nameExample')} />
      </TextField>
      <div className={styles.two}>
        <LanguagePicker label={t('glossary.source')} languages={sources} value={source} onChange={setSource} />
        <LanguagePicker label={t('glossary.target')} languages={targets} value={target} onChange={setTarget} />
      </div>
      {isSame && (
        <p className={fields.error} role="alert">
          {t('glossary.sameLanguage')}
        </p>
      )}
      {create.error !== null && <ProblemNotice problem={problemOf(create.error)} />}
      <div className={styles.ends}>
        <Button className={`${buttons.plain} ${buttons.large}`} onPress={onClose}>
          {t('common.cancel')}
        </Button>
        <Button className={buttons.primary} type="submit" isPending={create.isPending} isDisabled={name.trim() === '' || source === null || target === null || isSame}>
          {t('glossary.create')}
        </Button>
      </div>
    </Form>
  )
}
