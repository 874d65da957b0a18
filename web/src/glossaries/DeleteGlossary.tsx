import { Button } from 'react-aria-components'
import { problemOf } from '../api/problem'
import type { Glossary } from '../api/types'
import { useMessages } from '../i18n/messages'
import buttons from '../ui/buttons.module.css'
import notice from '../ui/notice.module.css'
import { ProblemNotice } from '../ui/ProblemNotice'
import { Window } from '../ui/Window'
import window from '../ui/window.module.css'
import { useDeleteGlossary } from './queries'

/** Asks whether a glossary is to go for good. */
export default function DeleteGlossary({ glossary, onClose }: { glossary: Glossary; onClose: () => void }) {
  const { t } = useMessages()
  const remove = useDeleteGlossary()
  const problem = remove.error === null ? null : problemOf(remove.error)
  return (
    <Window title={t('glossary.deleteTitle', { name: glossary.name })} role="alertdialog" onClose={onClose}>
      <p>{t('glossary.deleteText', { n: Object.keys(glossary.terms).length })}</p>
      {problem !== null && (problem.code === 'conflict' ? <p role="alert" className={notice.hint}>{t('glossary.inUse')}</p> : <ProblemNotice problem={problem} />)}
      <div className={window.actions}>
        <Button className={`${buttons.plain} ${buttons.large}`} slot="close" autoFocus>
          {t('glossary.keep')}
        </Button>
        <Button
          className={`${buttons.danger} ${buttons.large}`}
          isPending={remove.isPending}
          onPress={() => {
            remove.mutate(glossary.id, { onSuccess: onClose })
          }}
        >
          {t('common.delete')}
        </Button>
      </div>
    </Window>
  )
}
