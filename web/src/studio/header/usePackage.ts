import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { projectFilesQuery } from '../../api/queries'
import type { Project } from '../../api/types'
import { ended } from '../../home/calls'
import { packProject } from '../calls'
import { isFresh, save } from './downloads'

/** What is made of all languages together. */
export const PACKAGES = ['video.all-languages.mp4', 'youtube.zip'] as const
export type PackageName = (typeof PACKAGES)[number]

interface Packing {
  /** Whether every language has something to pack. */
  isPossible: boolean
  isPacking: boolean
  /** Downloads a package; one that is not there, or older than its dubs, is made first. Throws `Problem`. */
  take: (name: PackageName) => Promise<void>
}

/** Makes packages of a project, and downloads each as soon as it is there. */
export function usePackage(project: Project): Packing {
  const queries = useQueryClient()
  const [isPacking, setIsPacking] = useState(false)
  const find = async (name: PackageName) => {
    const files = await queries.fetchQuery({ ...projectFilesQuery(project.id), staleTime: 0 })
    return files.items.find((file) => file.name === name)
  }
  const make = async () => {
    const begun = await packProject(project.id)
    void queries.invalidateQueries({ queryKey: ['operations', project.id] })
    const last = await ended(begun, new AbortController().signal, () => undefined)
    // What failed is told by the page, with the way to try again.
    return last.state === 'succeeded'
  }
  const take = async (name: PackageName) => {
    const known = await find(name)
    if (known !== undefined && isFresh(known, project.targets)) return save(known.url)
    setIsPacking(true)
    const isMade = await make().finally(() => {
      setIsPacking(false)
    })
    const made = isMade ? await find(name) : undefined
    if (made !== undefined) await save(made.url)
  }
  const isPossible = project.targets.length > 0 && project.targets.every((target) => target.output_revision > 0)
  return { isPossible, isPacking, take }
}
