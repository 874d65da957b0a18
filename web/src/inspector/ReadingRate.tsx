import type { Line } from '../api/types'
import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import fields from '../ui/fields.module.css'
import styles from './inspector.module.css'
import { isFast, rateOf } from './rate'

/** Whether the translation can be said in its time, as a bar with words. */
export function ReadingRate({ line }: { line: Line }) {
  const { t } = useMessages()
  const { lines, language } = useStudio()
  const text = line.target_text ?? ''
  if (text.trim() === '') return null
  const rate = rateOf(text, line, lines[lines.indexOf(line) + 1], language)
  const told = isFast(rate) ? 'lines.rate.fast' : rate.perSecond > rate.comfortable ? 'lines.rate.brisk' : 'lines.rate.fine'
  const share = Math.min(100, (rate.perSecond / (rate.most * 1.5)) * 100)
  return (
    <div className={styles.rate} data-fast={isFast(rate) || undefined}>
      <div className={styles.rateBar} aria-hidden="true">
        <span style={{ inlineSize: `${String(share)}%` }} />
      </div>
      <p className={fields.description}>{t(told, { n: Math.round(rate.perSecond) })}</p>
    </div>
  )
}
