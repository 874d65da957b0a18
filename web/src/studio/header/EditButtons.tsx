import { Button } from 'react-aria-components'
import type { Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import buttons from '../../ui/buttons.module.css'
import { useStore } from '../../ui/store'
import { useStudio } from '../context'
import { Icon } from '../view/Icon'
import { useChanging } from '../useChanging'
import header from './header.module.css'

/** Takes edits back, makes them again, and has them spoken. */
export function EditButtons({ target }: { target: Target }) {
  const { t } = useMessages()
  const { edits, lines, operation } = useStudio()
  const { saving, canUndo, canRedo } = useStore(edits.state)
  const change = useChanging()
  const edited = lines.filter((line) => line.stale).length
  const isWorkedOn = operation !== null && (operation.target === null || operation.target === target.language)
  // Lines tell of an edit at once, the target only when it is next asked for.
  const isStale = target.output_revision > 0 && (target.stale || edited > 0)
  const mayBeSpoken = isStale && !isWorkedOn
  return (
    <>
      <span className={header.undo}>
        <Button className={header.icon} aria-label={t('studio.undo')} isDisabled={!canUndo} onPress={() => change(edits.undo)}>
          <Icon name="undo" />
        </Button>
        <Button className={header.icon} aria-label={t('studio.redo')} isDisabled={!canRedo} onPress={() => change(edits.redo)}>
          <Icon name="redo" />
        </Button>
      </span>
      {saving > 0 && <span className={header.count}>{t('studio.saving')}</span>}
      {mayBeSpoken && (
        <Button className={`${buttons.quiet} ${header.speak}`} isDisabled={saving > 0} onPress={() => change(edits.speak)}>
          {edited > 0 ? t('studio.speak.lines', { n: edited }) : t('studio.speak.changes')}
        </Button>
      )}
    </>
  )
}
