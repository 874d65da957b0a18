import { CopyButton } from '../ui/CopyButton'
import styles from './health.module.css'

/** A command to run on the machine, with a button that copies it. */
export function Command({ text }: { text: string }) {
  return (
    <span className={styles.command}>
      <code dir="ltr">{text}</code>
      <CopyButton text={text} />
    </span>
  )
}
