import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { mediaBytes } from '../api/media'
import { projectFilesQuery } from '../api/queries'
import type { FileResource, Project } from '../api/types'
import { FinePeaks } from './finePeaks'
import type { Lane } from './layout'
import { parsePeaks } from './peaks'
import type { Sound } from './sound'

const COARSE = 'peaks-20.dat'
const FINE = 'peaks-100.dat'

/** How the original and the dub sound, as far as it is known yet. */
export function useSounds(project: Project, language: string, onPage: () => void): Readonly<Record<Lane, Sound>> {
  const shared = useQuery(projectFilesQuery(project.id))
  const target = project.targets.find((one) => one.language === language)
  const original = useSound(shared.data?.items ?? [], onPage)
  const dub = useSound(target?.artifacts ?? [], onPage)
  return useMemo(() => ({ original, dub }), [original, dub])
}

function useSound(files: readonly FileResource[], onPage: () => void): Sound {
  const coarseFile = files.find(({ name }) => name === COARSE)
  const fineFile = files.find(({ name }) => name === FINE)
  const coarse = useQuery({
    queryKey: ['peaks', coarseFile?.url, coarseFile?.sha256],
    queryFn: async ({ signal }) => {
      await breath()
      return parsePeaks(await mediaBytes(coarseFile?.url ?? '', undefined, signal))
    },
    enabled: coarseFile !== undefined,
    staleTime: Infinity,
    structuralSharing: false,
  })
  const path = fineFile?.url
  const content = fineFile?.sha256
  const fine = useMemo(
    () => (path === undefined || content === undefined ? null : new FinePeaks(path, onPage)),
    [path, content, onPage],
  )
  useEffect(() => () => fine?.stop(), [fine])
  const peaks = coarse.data ?? null
  return useMemo(() => ({ coarse: peaks, fine }), [peaks, fine])
}

/** The lines come first on a slow connection. */
function breath(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 300))
}
