import { Button } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Project } from '../api/types'
import { useMessages } from '../i18n/messages'
import { size } from '../ui/amounts'
import buttons from '../ui/buttons.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { Window } from '../ui/Window'
import window from '../ui/window.module.css'
import { useDelete } from './actions'

/** Asks whether a project is to go for good, and tells what that frees. */
export default function DeleteWindow({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t, locale } = useMessages()
  const remove = useDelete(project)
  return (
    <Window title={t('library.deleteTitle')} role="alertdialog" onClose={onClose}>
      <p className={window.name}>
        <bdi>{project.name}</bdi>
      </p>
      <p>{t('library.deleteText', { size: size(project.stored_bytes, locale) })}</p>
      {remove.error !== null && <ProblemNotice problem={problemOf(remove.error)} />}
      <div className={window.actions}>
        <Button className={`${buttons.plain} ${buttons.large}`} slot="close" autoFocus>
          {t('library.keep')}
        </Button>
        <Button
          className={`${buttons.danger} ${buttons.large}`}
          isPending={remove.isPending}
          onPress={() => {
            remove.mutate(undefined, { onSuccess: onClose })
          }}
        >
          {t('library.deleteNow')}
        </Button>
      </div>
    </Window>
  )
}
