import { Button, Header, Menu, MenuItem, MenuSection, MenuTrigger, Popover } from 'react-aria-components'
import type { Project, Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { size } from '../../ui/amounts'
import buttons from '../../ui/buttons.module.css'
import { languageName } from '../../ui/language-names'
import menu from '../../ui/menu.module.css'
import { useStudio } from '../context'
import { Icon } from '../view/Icon'
import { useChanging } from '../useChanging'
import { downloadsOf, save, saveText, type Download } from './downloads'
import header from './header.module.css'
import { transcriptText } from './transcriptText'
import { PACKAGES, usePackage } from './usePackage'

/** Everything that can be taken away: of this language, and of all of them together. */
export function DownloadMenu({ project, target }: { project: Project; target: Target }) {
  const { t, locale } = useMessages()
  const { lines, speakers, operation } = useStudio()
  const change = useChanging()
  const packing = usePackage(project)
  const downloads = downloadsOf(target)
  const isReady = downloads.length > 0 || lines.length > 0
  const named = ({ kind, language }: Download) => t(`studio.download.${kind}`, { language: language === null ? '' : languageName(language, locale) })
  const download = (key: string) => {
    const file = downloads.find((one) => one.file.name === key)?.file
    const together = PACKAGES.find((name) => name === key)
    if (file !== undefined) change(() => save(file.url))
    else if (together !== undefined) change(() => packing.take(together))
    else saveText(transcriptText(lines, speakers), `${project.name}.${target.language}.txt`)
  }
  return (
    <MenuTrigger>
      <Button className={`${buttons.primary} ${header.download}`} isDisabled={!isReady}>
        <Icon name="download" />
        <span className={header.downloadText}>{packing.isPacking ? t('studio.download.packing') : t('studio.download')}</span>
      </Button>
      <Popover className={menu.popover} placement="bottom end">
        <Menu
          className={menu.menu}
          aria-label={t('studio.download')}
          onAction={(key) => {
            download(String(key))
          }}
        >
          <MenuSection>
            <Header className={menu.header}>{languageName(target.language, locale)}</Header>
            {downloads.map((one) => (
              <MenuItem key={one.file.name} id={one.file.name} className={menu.item} textValue={named(one)}>
                {named(one)}
                <span className={header.size}>{size(one.file.size_bytes, locale)}</span>
              </MenuItem>
            ))}
            <MenuItem id="transcript" className={menu.item} isDisabled={lines.length === 0}>
              {t('studio.download.transcript')}
            </MenuItem>
          </MenuSection>
          <MenuSection>
            <Header className={menu.header}>{t('studio.download.all')}</Header>
            {PACKAGES.map((name) => (
              <MenuItem key={name} id={name} className={menu.item} isDisabled={!packing.isPossible || operation !== null}>
                {t(name === 'youtube.zip' ? 'studio.download.youtube' : 'studio.download.oneFile')}
              </MenuItem>
            ))}
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  )
}
