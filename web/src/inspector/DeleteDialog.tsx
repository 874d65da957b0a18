import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import { Window } from '../ui/Window'
import styles from './inspector.module.css'

interface Props {
  onDelete: () => void
  onClose: () => void
}

/** Asks before a line goes that somebody worked on. */
export default function DeleteDialog({ onDelete, onClose }: Props) {
  const { t } = useMessages()
  return (
    <Window title={t('lines.delete.title')} onClose={onClose} role="alertdialog">
      <p>{t('lines.delete.text')}</p>
      <div className={styles.actions}>
        <Button className={buttons.danger} onPress={onDelete}>
          {t('common.delete')}
        </Button>
        <Button className={buttons.plain} autoFocus onPress={onClose}>
          {t('common.cancel')}
        </Button>
      </div>
    </Window>
  )
}
