import { useId, type ReactNode } from 'react'
import { Switch } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import fields from '../ui/fields.module.css'
import styles from './settings.module.css'

interface Props {
  isOn: boolean
  onChange: (isOn: boolean) => void
  description: string
  isDisabled?: boolean
  children: ReactNode
}

/** A switch with what it does, and its state in words. */
export function OnOff({ isOn, onChange, description, isDisabled = false, children }: Props) {
  const { t } = useMessages()
  const about = useId()
  return (
    <div className={styles.onOff}>
      <Switch className={styles.switch} isSelected={isOn} onChange={onChange} isDisabled={isDisabled} aria-describedby={about}>
        <span className={styles.rail} aria-hidden="true" />
        <span>{children}</span>
        <span className={styles.word} aria-hidden="true">
          {isOn ? t('settings.on') : t('settings.off')}
        </span>
      </Switch>
      <p id={about} className={fields.description}>
        {description}
      </p>
    </div>
  )
}
