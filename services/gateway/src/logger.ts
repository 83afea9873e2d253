import { type DestinationStream, type Logger, pino } from 'pino'
import pretty from 'pino-pretty'

/** Fields that may hold personal data or credentials, wherever a log line might carry them. */
const personal = ['name', 'identityNumber', 'phone', 'sealed', 'authorization', 'cookie', 'token']

const redacted = [
  ...personal.filter((field) => field !== 'name'),
  ...personal.flatMap((field) => [`*.${field}`, `*.*.${field}`, `*.*.*.${field}`]),
  'headers["sec-websocket-protocol"]',
]

/** Pretty on a terminal, JSON lines otherwise; personal fields never. */
export function createLogger(
  level: string,
  destination?: DestinationStream,
  terminal: boolean = process.stdout.isTTY ?? false,
): Logger {
  const options = { level, redact: { paths: redacted, censor: '[withheld]' } }
  if (destination) return pino(options, destination)
  if (!terminal) return pino(options)
  return pino(
    options,
    pretty({ colorize: true, ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss', sync: true }),
  )
}
