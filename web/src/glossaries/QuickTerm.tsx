import { use, useState, type FormEvent } from 'react'
import { Button, Form, Input, Label, TextField } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Glossary, Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { StudioContext } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { languageName } from '../ui/language-names'
import { ProblemNotice } from '../ui/ProblemNotice'
import { tell } from '../ui/toasts'
import { countHolding, linesWithout } from './occurrences'
import { LONGEST_TERM } from './terms'
import { useQuickTerm } from './useQuickTerm'
import styles from './project.module.css'

interface Props {
  project: Project
  source: string
  target: string
  glossaries: readonly Glossary[]
}

/** Fixes how one word is translated, and tells in how many lines it stands. */
export function QuickTerm({ project, source, target, glossaries }: Props) {
  const { t, locale } = useMessages()
  const studio = use(StudioContext)
  const change = useChanging()
  const lines = studio?.lines ?? []
  const [term, setTerm] = useState('')
  const [translation, setTranslation] = useState('')
  const add = useQuickTerm({ project, source, target, glossaries })
  const wanted = { term: term.trim(), translation: translation.trim() || term.trim() }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wanted.term === '') return
    add.mutate(wanted, {
      onSuccess: (glossary) => {
        const again = linesWithout(lines, wanted.term, wanted.translation)
        const translateAgain = () => {
          for (const id of again) change(async () => studio?.edits.changeLine(id, { target_text: '' }))
        }
        tell(
          t('glossary.added', { term: wanted.term, name: glossary.name }),
          again.length > 0 ? { label: t('glossary.translateAgain', { n: again.length }), run: translateAgain } : undefined,
        )
        setTerm('')
        setTranslation('')
      },
    })
  }
  return (
    <Form className={styles.quick} onSubmit={submit}>
      <h3>{t('glossary.quick')}</h3>
      <TextField className={fields.field} value={term} onChange={setTerm} maxLength={LONGEST_TERM}>
        <Label>{t('glossary.wordIn', { language: languageName(source, locale) })}</Label>
        <Input className={`${fields.input} ${fields.compact}`} lang={source} dir="auto" autoComplete="off" />
      </TextField>
      <TextField className={fields.field} value={translation} onChange={setTranslation} maxLength={LONGEST_TERM}>
        <Label>{t('glossary.alwaysIn', { language: languageName(target, locale) })}</Label>
        <Input className={`${fields.input} ${fields.compact}`} lang={target} dir="auto" autoComplete="off" placeholder={t('glossary.sameIfEmpty')} />
      </TextField>
      <p role="status" className={styles.hint}>
        {wanted.term !== '' &&
          lines.length > 0 &&
          t('glossary.applies', {
            n: countHolding(
              lines.map((line) => line.source_text),
              wanted.term,
            ),
          })}
      </p>
      {add.error !== null && <ProblemNotice problem={problemOf(add.error)} />}
      <Button className={buttons.quiet} type="submit" isDisabled={wanted.term === ''} isPending={add.isPending}>
        {t('glossary.add')}
      </Button>
      <p className={styles.hint}>{t('glossary.later')}</p>
    </Form>
  )
}
