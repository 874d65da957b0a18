import { memo, useId } from 'react'
import { Button, Input } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import fields from '../ui/fields.module.css'
import { LONGEST_TERM, type TermProblem, type TermRow } from './terms'
import styles from './glossaries.module.css'

interface Props {
  row: TermRow
  number: number
  problem: TermProblem | undefined
  source: string
  target: string
  onWrite: (id: number, change: Partial<TermRow>) => void
  onRemove: (id: number) => void
}

/** One term and how it is to read. There may be two thousand, so a row is drawn again only when it changes. */
export const TermFields = memo(function TermFields({ row, number, problem, source, target, onWrite, onRemove }: Props) {
  const { t } = useMessages()
  const why = useId()
  const isKept = row.term.trim() !== '' && row.term.trim() === row.translation.trim()
  const shared = {
    className: `${fields.input} ${fields.compact}`,
    dir: 'auto',
    maxLength: LONGEST_TERM * 2,
    autoComplete: 'off',
    'aria-invalid': problem !== undefined,
    'aria-describedby': problem === undefined ? undefined : why,
  }
  return (
    <div className={styles.term}>
      <Input
        {...shared}
        data-first=""
        lang={source}
        aria-label={t('glossary.termNumber', { n: number })}
        value={row.term}
        onChange={(event) => {
          onWrite(row.id, { term: event.target.value })
        }}
      />
      <Input
        {...shared}
        lang={target}
        aria-label={t('glossary.translationNumber', { n: number })}
        value={row.translation}
        onChange={(event) => {
          onWrite(row.id, { translation: event.target.value })
        }}
      />
      <Button
        className={`${buttons.plain} ${styles.keep}`}
        isDisabled={row.term.trim() === '' || isKept}
        onPress={() => {
          onWrite(row.id, { translation: row.term.trim() })
        }}
      >
        {isKept ? t('glossary.kept') : t('glossary.keepAsIs')}
      </Button>
      <Button
        className={`${buttons.plain} ${buttons.icon}`}
        aria-label={t('glossary.removeNumber', { n: number })}
        onPress={() => {
          onRemove(row.id)
        }}
      >
        <span aria-hidden="true">✕</span>
      </Button>
      {problem !== undefined && (
        <p id={why} className={`${fields.error} ${styles.why}`}>
          {t(problem)}
        </p>
      )}
    </div>
  )
})
