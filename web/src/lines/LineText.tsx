import { useState, useSyncExternalStore } from 'react'
import { Button } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { rememberCaret } from './carets'
import { useLineWork } from './lineWork'
import styles from './row.module.css'

/** The translation of a line, to be written in. It saves by itself. */
export function LineText({ line, tab }: { line: Line; tab: 0 | -1 }) {
  const { t } = useMessages()
  const { drafts, language, splitAtCaret, select } = useLineWork()
  const draft = useSyncExternalStore(drafts.subscribe, () => drafts.of(line.id))
  const [caret, setCaret] = useState<number | null>(null)
  const text = draft?.text ?? line.target_text ?? ''
  const canSplit = caret !== null && text.slice(0, caret).trim() !== '' && text.slice(caret).trim() !== ''
  return (
    <>
      <div className={styles.grows} data-text={text}>
        <textarea
          className={styles.text}
          aria-label={t('lines.translation')}
          lang={language}
          dir="auto"
          spellCheck
          rows={1}
          maxLength={5000}
          tabIndex={tab}
          placeholder={t('lines.notTranslated')}
          value={text}
          onFocus={() => {
            select(line.id)
          }}
          onChange={(event) => {
            drafts.write(line.id, event.target.value)
          }}
          onSelect={(event) => {
            setCaret(event.currentTarget.selectionStart)
          }}
          onBlur={(event) => {
            rememberCaret({ line: line.id, place: event.target.selectionStart })
            setCaret(null)
            void drafts.flush(line.id)
          }}
        />
      </div>
      {canSplit && (
        <Button
          className={`${buttons.plain} ${styles.small}`}
          preventFocusOnPress
          excludeFromTabOrder
          onPress={() => {
            splitAtCaret(line, caret)
          }}
        >
          {t('lines.splitHere')}
        </Button>
      )}
      {draft?.problem != null && (
        <p role="alert" className={styles.refused}>
          {t('lines.notSaved', { why: draft.problem.message })}
          <Button className={`${buttons.plain} ${styles.small}`} onPress={() => void drafts.flush(line.id)}>
            {t('common.retry')}
          </Button>
        </p>
      )}
    </>
  )
}
