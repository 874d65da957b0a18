import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { mediaBytes } from '../../api/media'
import type { FileResource } from '../../api/types'
import { useMessages } from '../../i18n/messages'
import { languageName } from '../../ui/language-names'
import { useStore } from '../../ui/store'
import { captionsStore } from './captionsStore'
import { captionsIn } from './files'

interface Props {
  files: readonly FileResource[]
  /** What is spoken in the original and in the dub; null where that is not known. */
  languages: readonly [string | null, string | null]
}

/** The captions of both languages, on the picture when they are chosen. */
export function Captions({ files, languages: [spoken, dubbed] }: Props) {
  const choice = useStore(captionsStore)
  return (
    <>
      {spoken !== null && <CaptionTrack key={spoken} language={spoken} path={captionsIn(files, spoken)} isShown={choice === 'original'} />}
      {dubbed !== null && dubbed !== spoken && <CaptionTrack key={dubbed} language={dubbed} path={captionsIn(files, dubbed)} isShown={choice === 'dub'} />}
    </>
  )
}

function CaptionTrack({ language, path, isShown }: { language: string; path: string | null; isShown: boolean }) {
  const { locale } = useMessages()
  const url = useLocalUrl(isShown ? path : null)
  const show = useCallback(
    (element: HTMLTrackElement | null) => {
      if (element !== null) element.track.mode = isShown ? 'showing' : 'disabled'
    },
    [isShown],
  )
  if (url === null) return null
  return <track ref={show} key={url} kind="subtitles" src={url} srcLang={language} label={languageName(language, locale)} />
}

/** An address of the file's bytes on this page: a track cannot send a key, nor come from elsewhere. */
function useLocalUrl(path: string | null): string | null {
  const bytes = useQuery({ queryKey: ['captions', path], queryFn: () => mediaBytes(path ?? ''), enabled: path !== null, staleTime: Infinity }).data
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    if (path === null || bytes === undefined) return
    const made = URL.createObjectURL(new Blob([bytes], { type: 'text/vtt' }))
    // The address is the browser's, and must be given back to it.
    // eslint-disable-next-line react-hooks/set-state-in-effect
    setUrl(made)
    return () => {
      setUrl(null)
      URL.revokeObjectURL(made)
    }
  }, [path, bytes])
  return url
}
