import { type DestinationStream, type Logger, type LoggerOptions, pino } from 'pino'
import pretty from 'pino-pretty'

/** Fields that may hold personal data or credentials, wherever a log line might carry them. */
const withheld = ['identityNumber', 'phone', 'sealed', 'authorization', 'cookie', 'token']
const persons = ['person', 'legalRepresentative', 'contact']

const paths = [
  ...withheld.flatMap((field) => ['', '*.', '*.*.', '*.*.*.'].map((depth) => `${depth}${field}`)),
  // A name is personal where it is a person's; an error or a read model has one too.
  ...persons.flatMap((field) => ['', '*.', '*.*.'].map((depth) => `${depth}${field}.name`)),
]

const options: LoggerOptions = {
  redact: { paths, censor: '[withheld]' },
  serializers: {
    // Without the query: people search by name.
    req: ({ method, url, ip }: { method: string; url: string; ip?: string }) => ({
      method,
      url: url.split('?', 1)[0],
      ip,
    }),
  },
}

/** Pretty on a terminal, JSON lines otherwise; personal fields never. */
export function createLogger(
  level: string,
  destination?: DestinationStream,
  terminal: boolean = process.stdout.isTTY ?? false,
): Logger {
  if (destination) return pino({ ...options, level }, destination)
  if (!terminal) return pino({ ...options, level })
  const onTerminal = pretty({
    colorize: true,
    ignore: 'pid,hostname',
    translateTime: 'SYS:HH:MM:ss',
    sync: true,
    singleLine: true,
  })
  return pino({ ...options, level }, onTerminal)
}
