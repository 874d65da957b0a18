import type { ReactNode } from 'react'
import { Tab, TabList, TabPanel, Tabs, type Key } from 'react-aria-components'
import { useMessages } from '../../i18n/messages'
import { useStudio } from '../context'
import { PartPlace } from '../PartPlace'
import { Inspector, ProjectGlossaries, Sound, Speakers } from '../parts'
import { STUDIO_TABS, type StudioTab } from '../search'
import styles from './tabs.module.css'

interface Props {
  tab: StudioTab | undefined
  onTab: (tab: StudioTab | undefined) => void
  /** The list of lines, where it has no room of its own and is one of the tabs. */
  lines?: ReactNode
}

const LINES = 'lines'

/** What belongs to the open line, the speakers, the glossary and the sound, one at a time. */
export function SideTabs({ tab, onTab, lines }: Props) {
  const { t } = useMessages()
  const first = lines === undefined ? 'line' : LINES
  const names = lines === undefined ? STUDIO_TABS : ([LINES, ...STUDIO_TABS] as const)
  const select = (key: Key) => {
    onTab(STUDIO_TABS.find((name) => name === key))
  }
  return (
    <Tabs className={styles.tabs} selectedKey={tab ?? first} onSelectionChange={select}>
      <TabList className={styles.list} aria-label={t('studio.tabs')}>
        {names.map((name) => (
          <Tab key={name} id={name} className={styles.tab}>
            {t(`studio.tab.${name}`)}
          </Tab>
        ))}
      </TabList>
      {names.map((name) => (
        <TabPanel key={name} id={name} className={name === LINES ? styles.linesPanel : styles.panel}>
          <PartPlace name={name}>{name === LINES ? lines : <Part name={name} />}</PartPlace>
        </TabPanel>
      ))}
    </Tabs>
  )
}

function Part({ name }: { name: StudioTab }) {
  const { project } = useStudio()
  if (name === 'line') return <Inspector />
  if (name === 'speakers') return <Speakers />
  if (name === 'sound') return <Sound />
  return <ProjectGlossaries project={project} />
}
