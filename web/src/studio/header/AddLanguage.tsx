import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button, Dialog, DialogTrigger, Popover } from 'react-aria-components'
import { languagesQuery, projectQuery } from '../../api/queries'
import type { Project } from '../../api/types'
import { targetsFrom } from '../../home/pairs'
import { useMessages } from '../../i18n/messages'
import buttons from '../../ui/buttons.module.css'
import { LanguagePicker } from '../../ui/language-picker'
import menu from '../../ui/menu.module.css'
import { addTarget, runTarget } from '../calls'
import { useChanging } from '../useChanging'
import header from './header.module.css'

/** One more language for the project: chosen, and dubbed into at once. */
export default function AddLanguage({ project }: { project: Project }) {
  const { t } = useMessages()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <DialogTrigger isOpen={isOpen} onOpenChange={setIsOpen}>
      <Button className={header.add} aria-label={t('studio.add')}>
        <span aria-hidden="true">+</span>
      </Button>
      <Popover className={menu.popover}>
        <Dialog className={header.adding} aria-label={t('studio.add')}>
          <Choice
            project={project}
            onDone={() => {
              setIsOpen(false)
            }}
          />
        </Dialog>
      </Popover>
    </DialogTrigger>
  )
}

function Choice({ project, onDone }: { project: Project; onDone: () => void }) {
  const { t } = useMessages()
  const queries = useQueryClient()
  const navigate = useNavigate({ from: '/p/$project' })
  const change = useChanging()
  const [language, setLanguage] = useState<string | null>(null)
  const offered = useQuery(languagesQuery).data
  const taken = new Set(project.targets.map((target) => target.language))
  const possible = offered === undefined ? [] : targetsFrom(offered, project.source_language).filter((tag) => !taken.has(tag))
  const add = async (wanted: string) => {
    const target = await addTarget(project.id, wanted)
    const started = runTarget(project.id, target.language)
    await started.finally(() => queries.invalidateQueries({ queryKey: projectQuery(project.id).queryKey }))
    await queries.invalidateQueries({ queryKey: ['operations', project.id] })
    await navigate({ search: { lang: target.language }, replace: true })
  }
  if (offered !== undefined && possible.length === 0) return <p className={header.none}>{t('studio.add.none')}</p>
  return (
    <>
      <LanguagePicker label={t('studio.add.field')} languages={possible} value={language} onChange={setLanguage} none="" />
      <Button
        className={buttons.primary}
        isDisabled={language === null}
        onPress={() => {
          onDone()
          if (language !== null) change(() => add(language))
        }}
      >
        {t('studio.add.start')}
      </Button>
    </>
  )
}
