import { useEffect } from 'react'
import { useDivision } from '../shell/division.ts'
import { followLedger } from './live-state.ts'

/** Keeps the live feed on the division that the pages speak of. */
export function LiveFeedOfDivision() {
  const division = useDivision()
  useEffect(() => followLedger(division), [division])
  return null
}
