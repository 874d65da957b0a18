import type { ReactNode } from 'react'
import { Button, Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { useMessages } from '../i18n/messages'
import buttons from './buttons.module.css'
import styles from './window.module.css'

interface Props {
  title: string
  onClose: () => void
  /** `alertdialog` for questions that cannot be taken back. */
  role?: 'dialog' | 'alertdialog'
  isWide?: boolean
  children: ReactNode
}

/** A window over the page: what it is about, what is in it, and a way out. */
export function Window({ title, onClose, role = 'dialog', isWide = false, children }: Props) {
  const { t } = useMessages()
  return (
    <ModalOverlay
      className={styles.veil}
      isOpen
      isDismissable={role === 'dialog'}
      onOpenChange={(isOpen) => {
        if (!isOpen) onClose()
      }}
    >
      <Modal className={`${styles.window} ${isWide ? styles.wide : ''}`}>
        <Dialog role={role} className={styles.dialog}>
          <header className={styles.head}>
            <Heading slot="title" className={styles.title}>
              {title}
            </Heading>
            <Button slot="close" className={`${buttons.plain} ${buttons.icon}`} aria-label={t('common.close')}>
              ✕
            </Button>
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
