import { lazy, Suspense, useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Operation, Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import menu from '../ui/menu.module.css'
import { sentence } from '../ui/sentence'
import { tell } from '../ui/toasts'
import { useCancel, useRetry } from './actions'
import { stepMessage } from './step'

const DeleteWindow = lazy(() => import('./DeleteWindow'))
const RenameWindow = lazy(() => import('./RenameWindow'))
const LogWindow = lazy(() => import('../studio/work/LogWindow'))

interface Props {
  project: Project
  operation: Operation | null
}

type Asked = 'rename' | 'delete' | 'log' | null

/** What is wanted less often, in a menu; windows ask for what is still to be known. */
export default function MoreMenu({ project, operation }: Props) {
  const { t } = useMessages()
  const [asked, setAsked] = useState<Asked>(null)
  const cancel = useCancel(operation)
  const retry = useRetry(operation)
  const isWorking = operation !== null && !operation.done
  const mayRetry = operation?.state === 'failed' || operation?.state === 'cancelled'
  const step = stepMessage(operation?.progress.stage)
  const close = () => {
    setAsked(null)
  }
  const orTell = { onError: (thrown: Error) => { tell(sentence(problemOf(thrown).message)) } }
  return (
    <>
      <MenuTrigger>
        <Button className={`${buttons.plain} ${buttons.icon}`} aria-label={t('library.moreNamed', { name: project.name })}>
          <span aria-hidden="true">⋯</span>
        </Button>
        <Popover className={menu.popover} placement="bottom end">
          <Menu className={menu.menu}>
            {isWorking && (
              <MenuItem className={menu.item} isDisabled={operation.cancel_requested} onAction={() => { cancel.mutate(undefined, orTell) }}>
                {t('library.cancel')}
              </MenuItem>
            )}
            {mayRetry && (
              <MenuItem className={menu.item} onAction={() => { retry.mutate(undefined, orTell) }}>
                {step === null ? t('library.retry') : t('library.retryFrom', { step: t(step) })}
              </MenuItem>
            )}
            <MenuItem className={menu.item} onAction={() => { setAsked('rename') }}>
              {t('library.rename')}
            </MenuItem>
            {operation !== null && (
              <MenuItem className={menu.item} onAction={() => { setAsked('log') }}>
                {t('library.log')}
              </MenuItem>
            )}
            <MenuItem className={menu.item} isDisabled={isWorking} onAction={() => { setAsked('delete') }}>
              {t('library.delete')}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      <Suspense>
        {asked === 'rename' && <RenameWindow project={project} onClose={close} />}
        {asked === 'delete' && <DeleteWindow project={project} onClose={close} />}
        {asked === 'log' && operation !== null && <LogWindow operation={operation} onClose={close} />}
      </Suspense>
    </>
  )
}
