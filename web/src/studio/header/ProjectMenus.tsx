import { lazy, Suspense, useState } from 'react'
import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { Project, Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { languageName } from '../../ui/language-names'
import menu from '../../ui/menu.module.css'
import { Icon } from '../view/Icon'
import { DownloadMenu } from './DownloadMenu'
import header from './header.module.css'

const DeleteWindow = lazy(() => import('./DeleteWindow'))

interface Props {
  project: Project
  target: Target | null
}

/** What is done with the whole: taking it away, and deleting it. */
export default function ProjectMenus({ project, target }: Props) {
  const { t, locale } = useMessages()
  const [deleting, setDeleting] = useState<'language' | 'project' | null>(null)
  return (
    <>
      {target !== null && <DownloadMenu project={project} target={target} />}
      <MenuTrigger>
        <Button className={header.icon} aria-label={t('studio.more')}>
          <Icon name="more" />
        </Button>
        <Popover className={menu.popover} placement="bottom end">
          <Menu
            className={menu.menu}
            onAction={(key) => {
              setDeleting(key === 'language' ? 'language' : 'project')
            }}
          >
            {target !== null && (
              <MenuItem id="language" className={menu.item}>
                {t('studio.delete.language', { language: languageName(target.language, locale) })}
              </MenuItem>
            )}
            <MenuItem id="project" className={menu.item}>
              {t('studio.delete.project')}
            </MenuItem>
          </Menu>
        </Popover>
      </MenuTrigger>
      {deleting !== null && (
        <Suspense>
          <DeleteWindow
            project={project}
            language={deleting === 'language' ? (target?.language ?? null) : null}
            onClose={() => {
              setDeleting(null)
            }}
          />
        </Suspense>
      )}
    </>
  )
}
