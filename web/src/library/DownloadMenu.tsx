import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { size } from '../ui/amounts'
import buttons from '../ui/buttons.module.css'
import { languageName } from '../ui/language-names'
import menu from '../ui/menu.module.css'
import { save, type Dub } from './download'
import styles from './row.module.css'

/** The dubs of a project, to choose one to take away. */
export default function DownloadMenu({ project, dubs }: { project: Project; dubs: readonly Dub[] }) {
  const { t, locale } = useMessages()
  return (
    <MenuTrigger>
      <Button className={buttons.plain} aria-label={t('library.downloadOne', { name: project.name })}>
        {t('library.download')} <span aria-hidden="true">▾</span>
      </Button>
      <Popover className={menu.popover} placement="bottom end">
        <Menu className={menu.menu}>
          {dubs.map((dub) => (
            <MenuItem
              key={dub.language}
              className={menu.item}
              textValue={languageName(dub.language, locale)}
              onAction={() => {
                save(dub)
              }}
            >
              <span>{languageName(dub.language, locale)}</span>
              <span className={styles.number}>{size(dub.file.size_bytes, locale)}</span>
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
