import { describe, expect, it } from 'vitest'
import { refusalOf, takeOne, type Limits } from './checks'

const LIMITS: Limits = { max_bytes: 10, containers: ['mp4', 'mov', 'mkv', 'webm'], direct: false }

function file(name: string, bytes: number, type = ''): File {
  return new File(['x'.repeat(bytes)], name, { type })
}

describe('refusalOf', () => {
  it.each(['talk.mp4', 'TALK.MOV', 'a.b.mkv', 'clip.webm', 'phone.m4v'])('lets %s through', (name) => {
    expect(refusalOf(file(name, 5), LIMITS)).toBeNull()
  })

  it('tells a video without an ending by its type', () => {
    expect(refusalOf(file('talk', 5, 'video/mp4'), LIMITS)).toBeNull()
    expect(refusalOf(file('talk', 5, 'text/plain'), LIMITS)).toEqual({ why: 'kind', name: 'talk' })
  })

  it('refuses what is no video, empty, or larger than what is taken', () => {
    expect(refusalOf(file('notes.txt', 5), LIMITS)).toEqual({ why: 'kind', name: 'notes.txt' })
    expect(refusalOf(file('talk.mp4', 0), LIMITS)).toEqual({ why: 'empty' })
    expect(refusalOf(file('talk.mp4', 11), LIMITS)).toEqual({ why: 'large', bytes: 11, most: 10 })
  })

  it('leaves the size to the server before the limit is known', () => {
    expect(refusalOf(file('talk.mp4', 11), null)).toBeNull()
  })
})

describe('takeOne', () => {
  it('takes the first video of several files and counts the others', () => {
    const [notes, first, second] = [file('notes.txt', 5), file('one.mp4', 5), file('two.mp4', 5)]
    expect(takeOne({ files: [notes, first, second], hasFolder: false }, LIMITS)).toEqual({ file: first, refusal: null, others: 2 })
  })

  it('says that a folder is none, and that nothing is nothing', () => {
    expect(takeOne({ files: [], hasFolder: true }, LIMITS).refusal).toEqual({ why: 'folder' })
    expect(takeOne({ files: [], hasFolder: false }, LIMITS).refusal).toEqual({ why: 'nothing' })
  })
})
