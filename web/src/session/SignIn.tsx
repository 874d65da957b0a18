import { useState, type FormEvent } from 'react'
import { Button, Checkbox, Form, Input, Label, TextField } from 'react-aria-components'
import { problemOf, type Problem } from '../api/problem'
import { useMessages } from '../i18n/messages'
import page from '../shell/page.module.css'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import notice from '../ui/notice.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { checkKey } from './calls'
import { signIn } from './key'

/** Asks for a key, which whoever runs this hands out. */
export default function SignIn() {
  const { t } = useMessages()
  const [key, setKey] = useState('')
  const [remember, setRemember] = useState(false)
  const [problem, setProblem] = useState<Problem | null>(null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const written = key.trim()
    checkKey(written).then(
      () => {
        signIn(written, remember)
      },
      (thrown: unknown) => {
        setProblem(problemOf(thrown))
      },
    )
  }
  return (
    <Form className={page.narrow} onSubmit={submit}>
      <h1>{t('common.signIn.title')}</h1>
      <p>{t('common.signIn.text')}</p>
      <TextField
        className={fields.field}
        value={key}
        onChange={(written) => {
          setKey(written)
          setProblem(null)
        }}
        isRequired
        type="password"
        autoComplete="off"
      >
        <Label>{t('common.signIn.key')}</Label>
        <Input className={fields.input} placeholder="dw_…" />
      </TextField>
      {problem?.status === 401 && (
        <div role="alert" className={notice.problem}>
          <p className={notice.what}>{t('common.signIn.wrong')}</p>
          <p>{t('common.signIn.wrongHint')}</p>
        </div>
      )}
      {problem !== null && problem.status !== 401 && <ProblemNotice problem={problem} />}
      <Checkbox className={fields.checkbox} isSelected={remember} onChange={setRemember}>
        <span className={fields.box} aria-hidden="true" />
        {t('common.signIn.remember')}
      </Checkbox>
      <Button type="submit" className={buttons.primary} isDisabled={key.trim() === ''}>
        {t('common.signIn.enter')}
      </Button>
    </Form>
  )
}
