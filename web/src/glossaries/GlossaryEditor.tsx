import { useBlocker } from '@tanstack/react-router'
import { useState, type FormEvent } from 'react'
import { Button, Form, Input, Label, TextField } from 'react-aria-components'
import { problemOf as refusalOf } from '../api/problem'
import type { Glossary } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { Pair } from './Pair'
import { useChangeGlossary } from './queries'
import { isEmpty, MOST_TERMS, problemsOf, rowsOf, termsOf } from './terms'
import { TermTable } from './TermTable'
import styles from './glossaries.module.css'

const LONGEST_NAME = 100

/** A glossary while it is edited; nothing is kept before it is saved. */
export function GlossaryEditor({ glossary, onClose }: { glossary: Glossary; onClose: () => void }) {
  const { t } = useMessages()
  const [name, setName] = useState(glossary.name)
  const [rows, setRows] = useState(() => rowsOf(glossary.terms))
  const change = useChangeGlossary()
  const terms = termsOf(rows)
  const problems = problemsOf(rows)
  const isTooMany = Object.keys(terms).length > MOST_TERMS
  const isChanged = name.trim() !== glossary.name || JSON.stringify(terms) !== JSON.stringify(glossary.terms)
  const hasWork = isChanged || rows.some((row) => !isEmpty(row) && problems.has(row.id))
  useBlocker({
    shouldBlockFn: () => hasWork && !window.confirm(t('glossary.leave')),
    enableBeforeUnload: hasWork,
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (problems.size > 0 || isTooMany || name.trim() === '') return
    change.mutate({ glossary, changes: { name: name.trim(), terms } }, { onSuccess: onClose })
  }
  return (
    <Form className={styles.form} onSubmit={submit} aria-label={glossary.name}>
      <div className={styles.head}>
        <TextField className={fields.field} value={name} onChange={setName} maxLength={LONGEST_NAME} isRequired>
          <Label>{t('glossary.name')}</Label>
          <Input className={fields.input} dir="auto" />
        </TextField>
        <p className={styles.facts}>
          <Pair source={glossary.source_language} target={glossary.target_language} />
        </p>
      </div>
      <p className={fields.description}>{t('glossary.rules')}</p>
      <TermTable rows={rows} problems={problems} onChange={setRows} source={glossary.source_language} target={glossary.target_language} />
      {isTooMany && (
        <p className={fields.error} role="alert">
          {t('glossary.tooMany', { most: MOST_TERMS })}
        </p>
      )}
      {change.error !== null && <ProblemNotice problem={refusalOf(change.error)} />}
      <p className={fields.description}>{t('glossary.later')}</p>
      <div className={styles.ends}>
        <span role="status" className={styles.status}>
          {problems.size > 0 ? t('glossary.problems', { n: problems.size }) : t('glossary.terms', { n: Object.keys(terms).length })}
        </span>
        <Button className={`${buttons.plain} ${buttons.large}`} onPress={onClose}>
          {t('common.cancel')}
        </Button>
        <Button className={buttons.primary} type="submit" isPending={change.isPending} isDisabled={!isChanged || problems.size > 0 || isTooMany || name.trim() === ''}>
          {t('common.save')}
        </Button>
      </div>
    </Form>
  )
}
