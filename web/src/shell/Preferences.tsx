import { Button, Menu, MenuItem, MenuSection, Header, MenuTrigger, Popover } from 'react-aria-components'
import { LOCALES, type Locale } from '../i18n/locales'
import { useMessages } from '../i18n/messages'
import { localeStore, themeStore, type Theme } from '../preferences/preferences'
import { useStore } from '../ui/store'
import menu from '../ui/menu.module.css'
import shell from './shell.module.css'

const THEMES = ['system', 'light', 'dark'] as const

/** Language and look of the page, in one menu that also fits a phone. */
export default function Preferences() {
  const { t, locale } = useMessages()
  const theme = useStore(themeStore)
  return (
    <div className={shell.preferences}>
      <MenuTrigger>
        <Button className={shell.button}>
          <span lang={locale}>{LOCALES[locale]}</span>
          <span aria-hidden="true">◐</span>
          <span className="visually-hidden">{t('common.preferences')}</span>
        </Button>
        <Popover className={menu.popover}>
          <Menu className={menu.menu}>
            <MenuSection
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[locale]}
              onSelectionChange={(keys) => {
                localeStore.set([...keys][0] as Locale)
              }}
            >
              <Header className={menu.header}>{t('common.language')}</Header>
              {Object.entries(LOCALES).map(([code, name]) => (
                <MenuItem key={code} id={code} className={menu.item} textValue={name}>
                  <span lang={code}>{name}</span>
                </MenuItem>
              ))}
            </MenuSection>
            <MenuSection
              selectionMode="single"
              disallowEmptySelection
              selectedKeys={[theme]}
              onSelectionChange={(keys) => {
                themeStore.set([...keys][0] as Theme)
              }}
            >
              <Header className={menu.header}>{t('common.theme')}</Header>
              {THEMES.map((name) => (
                <MenuItem key={name} id={name} className={menu.item}>
                  {t(`common.theme.${name}`)}
                </MenuItem>
              ))}
            </MenuSection>
          </Menu>
        </Popover>
      </MenuTrigger>
    </div>
  )
}
