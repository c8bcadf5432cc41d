const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December'
] as const
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const

// Longest first; everything else in a format stands for itself.
const PLACEHOLDER = /YYYY|YY|MMMM|MMM|MM|M|DDDD|DDD|DD|D|h(?::mm)?(?::ss)?(?:pm|PM)|hh|mm|ss|ZZZZ|ZZZ|ZZ|Z/g

/**
 * A date in UTC, by the placeholders that Tracetest takes: YYYY YY, MMMM MMM MM M, DDDD DDD DD D, hh mm ss (24 hours),
 * `h:mm:sspm` (12 hours), ZZZZ (+0000), ZZZ (UTC), ZZ (+00:00), Z.
 */
export function formatDate(format: string, date: Date): string {
  return format.replace(PLACEHOLDER, placeholder => fill(placeholder, date))
}

function fill(placeholder: string, date: Date): string {
  const month = date.getUTCMonth()
  const weekday = DAYS[date.getUTCDay()] ?? ''
  switch (placeholder) {
    case 'YYYY':
      return String(date.getUTCFullYear()).padStart(4, '0')
    case 'YY':
      return twoDigits(date.getUTCFullYear() % 100)
    case 'MMMM':
      return MONTHS[month] ?? ''
    case 'MMM':
      return (MONTHS[month] ?? '').slice(0, 3)
    case 'MM':
      return twoDigits(month + 1)
    case 'M':
      return String(month + 1)
    case 'DDDD':
      return weekday
    case 'DDD':
      return weekday.slice(0, 3)
    case 'DD':
      return twoDigits(date.getUTCDate())
    case 'D':
      return String(date.getUTCDate())
    case 'hh':
      return twoDigits(date.getUTCHours())
    case 'mm':
      return twoDigits(date.getUTCMinutes())
    case 'ss':
      return twoDigits(date.getUTCSeconds())
    case 'ZZZZ':
      return '+0000'
    case 'ZZZ':
      return 'UTC'
    case 'ZZ':
      return '+00:00'
    case 'Z':
      return 'Z'
    default:
      return twelveHours(placeholder, date)
  }
}

function twelveHours(placeholder: string, date: Date): string {
  const hours = date.getUTCHours()
  const parts = [twoDigits(hours % 12 === 0 ? 12 : hours % 12)]
  if (placeholder.includes('mm')) parts.push(twoDigits(date.getUTCMinutes()))
  if (placeholder.includes('ss')) parts.push(twoDigits(date.getUTCSeconds()))
  return `${parts.join(':')}${hours < 12 ? 'AM' : 'PM'}`
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
