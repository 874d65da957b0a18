import { Button } from 'react-aria-components'
import { useMessages } from '../../i18n/messages'
import { useStudio } from '../context'
import { needsLook, nextToLook } from '../looking'
import header from './header.module.css'

/** How many lines need a look; pressed, it goes to the next of them. */
export function LookButton() {
  const { t } = useMessages()
  const { lines, script, selection, selectLine } = useStudio()
  if (script === null) return null
  const count = lines.filter(needsLook).length
  if (count === 0) return <span className={header.fine}>{t('studio.look.none')}</span>
  return (
    <Button
      className={header.look}
      onPress={() => {
        const next = nextToLook(lines, selection.get())
        if (next !== null) selectLine(next.id, { seek: true })
      }}
    >
      {t('studio.look.next', { n: count })}
    </Button>
  )
}
