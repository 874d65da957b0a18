import { useMessages } from '../i18n/messages'
import { useStudio } from '../studio/context'
import { useChanging } from '../studio/useChanging'
import { useRestingLine } from '../studio/useRestingLine'
import { HeardText } from './HeardText'
import { LineActions } from './LineActions'
import { LineChecks } from './LineChecks'
import { LineHead } from './LineHead'
import { LineSwitches } from './LineSwitches'
import { LineTimes } from './LineTimes'
import { LineVoice } from './LineVoice'
import { ReadingRate } from './ReadingRate'
import { SpeedChoice } from './SpeedChoice'
import { Takes } from './Takes'
import { Wordings } from './Wordings'
import styles from './inspector.module.css'

/** Everything about the selected line that can be seen and changed. */
export function Inspector() {
  const { t } = useMessages()
  const { lines, edits } = useStudio()
  const change = useChanging()
  const shown = useRestingLine()
  const line = lines.find((one) => one.id === shown)
  if (line === undefined) return <p className={styles.hint}>{t('lines.inspector.choose')}</p>
  return (
    <div className={styles.inspector} key={line.id}>
      <LineHead line={line} />
      <LineChecks line={line} />
      <LineVoice line={line} />
      <SpeedChoice
        speed={line.speed ?? null}
        spoken={line.placed_speed ?? null}
        onChange={(speed) => {
          change(() => edits.changeLine(line.id, { speed }))
        }}
      />
      <LineTimes line={line} />
      <HeardText line={line} />
      <ReadingRate line={line} />
      <Wordings line={line} />
      <LineSwitches line={line} />
      <Takes line={line} />
      <LineActions line={line} />
    </div>
  )
}
