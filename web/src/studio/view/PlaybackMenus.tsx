import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components'
import type { Target } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import type { DubPlayer } from '../../player/dubPlayer'
import menu from '../../ui/menu.module.css'
import { useStore } from '../../ui/store'
import { CAPTIONS, captionsStore, type CaptionsChoice } from './captionsStore'
import { Icon } from './Icon'
import view from './view.module.css'

const RATES = [0.75, 1, 1.25, 1.5, 1.75, 2] as const

/** How fast it plays, and which captions are on it. */
export default function PlaybackMenus({ player, target }: { player: DubPlayer; target: Target | null }) {
  const { t, locale } = useMessages()
  const rate = useStore(player.rate)
  const captions = useStore(captionsStore)
  const hasCaptions = target?.artifacts.some(({ name }) => name.endsWith('.vtt')) === true
  const shown = (times: number) => `${new Intl.NumberFormat(locale).format(times)}×`
  return (
    <>
      <MenuTrigger>
        <Button className={view.tool} aria-label={t('studio.rate', { rate: shown(rate) })}>
          <span dir="ltr">{shown(rate)}</span>
        </Button>
        <Popover className={menu.popover}>
          <Menu
            className={menu.menu}
            aria-label={t('studio.rate.menu')}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[String(rate)]}
            onSelectionChange={(keys) => {
              player.setRate(Number([...keys][0]))
            }}
          >
            {RATES.map((times) => (
              <MenuItem key={times} id={String(times)} className={menu.item} textValue={shown(times)}>
                {times === 1 ? t('studio.rate.usual') : shown(times)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
      <MenuTrigger>
        <Button className={view.tool} isDisabled={!hasCaptions} data-on={captions === 'off' ? undefined : ''} aria-label={t('studio.captions.now', { which: t(`studio.captions.${captions}`) })}>
          <Icon name="captions" size={20} />
        </Button>
        <Popover className={menu.popover}>
          <Menu
            className={menu.menu}
            aria-label={t('studio.captions')}
            selectionMode="single"
            disallowEmptySelection
            selectedKeys={[captions]}
            onSelectionChange={(keys) => {
              captionsStore.set([...keys][0] as CaptionsChoice)
            }}
          >
            {CAPTIONS.map((choice) => (
              <MenuItem key={choice} id={choice} className={menu.item}>
                {t(`studio.captions.${choice}`)}
              </MenuItem>
            ))}
          </Menu>
        </Popover>
      </MenuTrigger>
    </>
  )
}
