import { useCallback, useRef, type ClipboardEvent } from 'react'
import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { languageName } from '../ui/language-names'
import { TermFields } from './TermFields'
import { isEmpty, isTable, parsePasted, type TermProblem, type TermRow } from './terms'
import styles from './glossaries.module.css'

interface Props {
  rows: readonly TermRow[]
  problems: ReadonlyMap<number, TermProblem>
  onChange: (change: (rows: TermRow[]) => TermRow[]) => void
  source: string
  target: string
}

/** Terms and how each is to read, row by row. A pasted table becomes rows. */
export function TermTable({ rows, problems, onChange, source, target }: Props) {
  const { t, locale } = useMessages()
  const table = useRef<HTMLDivElement>(null)
  const write = useCallback(
    (id: number, change: Partial<TermRow>) => {
      onChange((all) => all.map((row) => (row.id === id ? { ...row, ...change } : row)))
    },
    [onChange],
  )
  const remove = useCallback(
    (id: number) => {
      onChange((all) => all.filter((row) => row.id !== id))
    },
    [onChange],
  )
  const add = () => {
    onChange((all) => [...all, { id: nextId(all), term: '', translation: '' }])
    // The new row is there with the next frame.
    requestAnimationFrame(() => {
      const inputs = table.current?.querySelectorAll<HTMLInputElement>('input[data-first]')
      inputs?.item(inputs.length - 1).focus()
    })
  }
  const paste = (event: ClipboardEvent) => {
    const text = event.clipboardData.getData('text/plain')
    if (!isTable(text)) return
    event.preventDefault()
    onChange((all) => [...all.filter((row) => !isEmpty(row)), ...parsePasted(text, nextId(all))])
  }
  return (
    <div className={styles.table} ref={table} onPaste={paste} role="group" aria-label={t('glossary.table')}>
      <div className={styles.columns} aria-hidden="true">
        <span>{languageName(source, locale)}</span>
        <span>{languageName(target, locale)}</span>
      </div>
      {rows.map((row, at) => (
        <TermFields key={row.id} row={row} number={at + 1} problem={problems.get(row.id)} source={source} target={target} onWrite={write} onRemove={remove} />
      ))}
      <div className={styles.add}>
        <Button className={buttons.plain} onPress={add}>
          {t('glossary.add')}
        </Button>
        <span className={styles.pasteHint}>{t('glossary.paste')}</span>
      </div>
    </div>
  )
}

function nextId(rows: readonly TermRow[]): number {
  return rows.reduce((highest, row) => Math.max(highest, row.id), -1) + 1
}
