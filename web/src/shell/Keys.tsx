import type { MessageKey } from '../i18n/catalogue'
import { useMessages } from '../i18n/messages'
import styles from './keyboard.module.css'

const ARROWS: Readonly<Record<string, string>> = { ArrowUp: '↑', ArrowDown: '↓' }
const NAMED: Readonly<Record<string, MessageKey>> = {
  Space: 'settings.key.space',
  Enter: 'settings.key.enter',
  Escape: 'settings.key.escape',
  Shift: 'settings.key.shift',
}

/** Keys that are pressed together, as they stand on a keyboard. */
export function Keys({ keys }: { keys: string }) {
  const { t } = useMessages()
  return (
    <span className={styles.keys} dir="ltr">
      {keys.split('+').map((key) => {
        const name = NAMED[key]
        return <kbd key={key}>{name === undefined ? (ARROWS[key] ?? key) : t(name)}</kbd>
      })}
    </span>
  )
}
