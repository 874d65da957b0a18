import { Button } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from './buttons.module.css'
import { useStore } from './store'
import styles from './toasts.module.css'
import { dismiss, toastStore } from './toasts'

/** What was told lately, in a corner that covers nothing that is worked on. */
export function Toasts() {
  const { t } = useMessages()
  const toasts = useStore(toastStore)
  return (
    <div role="status" aria-live="polite" className={styles.corner}>
      {toasts.map((toast) => (
        <div key={toast.id} className={styles.toast}>
          <span>{toast.text}</span>
          {toast.action !== undefined && (
            <Button
              className={buttons.quiet}
              onPress={() => {
                toast.action?.run()
                dismiss(toast.id)
              }}
            >
              {toast.action.label}
            </Button>
          )}
          <Button
            className={`${buttons.plain} ${buttons.icon}`}
            aria-label={t('common.dismiss')}
            onPress={() => {
              dismiss(toast.id)
            }}
          >
            ✕
          </Button>
        </div>
      ))}
    </div>
  )
}
