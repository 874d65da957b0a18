import styles from './waves.module.css'

const HEIGHTS = [5, 9, 15, 22, 13, 18, 27, 20, 11, 16, 24, 14, 8, 12, 6]
const STEP = 6

/** Two voices as two waves, the original above the dub: what stands where there is no picture. */
export function Waves() {
  return (
    <svg className={styles.waves} viewBox="0 0 96 64" aria-hidden="true" focusable="false">
      {HEIGHTS.map((height, at) => (
        <g key={at}>
          <rect className={styles.original} x={4 + at * STEP} y={30 - height} width="3" height={height} rx="1.5" />
          <rect className={styles.dub} x={4 + at * STEP} y="34" width="3" height={HEIGHTS[HEIGHTS.length - 1 - at]} rx="1.5" />
        </g>
      ))}
    </svg>
  )
}
