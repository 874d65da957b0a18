import { Checkbox } from 'react-aria-components'
import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import fields from '../ui/fields.module.css'
import styles from './inspector.module.css'

/** What the machine may do with this line. */
export function LineSwitches({ line }: { line: Line }) {
  const { t } = useMessages()
  const { edits } = useStudio()
  const change = useChanging()
  return (
    <div className={styles.section}>
      <Checkbox
        className={fields.checkbox}
        isSelected={line.locked ?? false}
        onChange={(locked) => {
          change(() => edits.changeLine(line.id, { locked }))
        }}
      >
        <span className={fields.box} />
        <span>
          {t('lines.lock')}
          <span className={styles.explained}>{t('lines.lock.about')}</span>
        </span>
      </Checkbox>
      <Checkbox
        className={fields.checkbox}
        isSelected={line.keep_original ?? false}
        onChange={(keep_original) => {
          change(() => edits.changeLine(line.id, { keep_original }))
        }}
      >
        <span className={fields.box} />
        <span>
          {t('lines.keepOriginal')}
          <span className={styles.explained}>{t('lines.keepOriginal.about')}</span>
        </span>
      </Checkbox>
    </div>
  )
}
