/** The part of a trace's time that is shown, in nanoseconds after its beginning. */
export interface TimeWindow {
  readonly from: number
  readonly to: number
}

const NARROWEST_NANOS = 1000
/** Of the whole time: below that, a double is no longer exact enough to draw by. */
const NARROWEST_SHARE = 1e-9

/** The same window, moved and narrowed until it lies within the whole. */
export function fitWindow({ from, to }: TimeWindow, whole: number): TimeWindow {
  const least = Math.min(whole, Math.max(NARROWEST_NANOS, whole * NARROWEST_SHARE))
  const width = Math.min(whole, Math.max(least, to - from))
  const centered = to - from < width ? (from + to - width) / 2 : from
  const start = Math.min(Math.max(0, centered), whole - width)
  return { from: start, to: start + width }
}

/** Shows less (`factor` below 1) or more of the time, while one moment stays where it is. */
export function zoomWindow(
  { from, to }: TimeWindow,
  moment: number,
  factor: number,
  whole: number
): TimeWindow {
  return fitWindow({ from: moment - (moment - from) * factor, to: moment + (to - moment) * factor }, whole)
}

/** Moves by a share of what is shown. */
export function panWindow({ from, to }: TimeWindow, share: number, whole: number): TimeWindow {
  const by = (to - from) * share
  return fitWindow({ from: from + by, to: to + by }, whole)
}

const STEPS = [1, 2, 5]

/** Round moments within a window, at most so many. */
export function ticksOf({ from, to }: TimeWindow, most: number): readonly number[] {
  const width = to - from
  if (width <= 0 || most < 1) return []
  const rough = width / most
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = (STEPS.find(candidate => candidate * magnitude >= rough) ?? 10) * magnitude
  const ticks: number[] = []
  for (let at = Math.ceil(from / step); at * step <= to; at++) ticks.push(at * step)
  return ticks
}
