import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { issueToken, loadConfig, loadTokenSecret, roles } from '@fireledger/gateway'
import { type Command, Option } from 'commander'
import { UsageError } from '../failure.ts'

/** `fireledger token`: a token of the built-in issuer, for trials and single machines; refused in production. */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('issue a token of the built-in issuer (not in production)')
    .addOption(new Option('--role <role>', 'what the holder may do').choices(roles).makeOptionMandatory())
    .requiredOption(
      '--division <code>',
      'division the holder acts for (GB/T 2260), or `all` for the whole country',
    )
    .option('--subject <id>', 'who the holder is, shown on every event; local-<role> when absent')
    .option('--uscc <code>', 'for the role institution: its own unified social credit code')
    .option(
      '--person <id>',
      'for the role institution: whose login it is, by practitioner id; needed to sign',
    )
    .option('--hours <n>', 'validity in hours', '12')
    .action(issue)
}

type Options = {
  role: string
  division: string
  subject?: string
  uscc?: string
  person?: string
  hours: string
}

async function issue(options: Options): Promise<void> {
  const config = loadConfig(process.env)
  if (config.mode === 'production') {
    throw new UsageError('FIRELEDGER_MODE=production: tokens come from your own issuer, none are issued here')
  }
  const hours = Number(options.hours)
  if (!(hours > 0 && hours <= 8760)) throw new UsageError('--hours expects a number between 0 and 8760')
  if (options.role === 'institution' && options.uscc === undefined) {
    throw new UsageError('--role institution needs --uscc: whose own data the holder may see')
  }
  if (config.tokenSecret === undefined && !existsSync(join(config.dataDir, 'token.key'))) {
    throw new UsageError(
      `there is no ledger in ${resolve(config.dataDir)}: start fireledger there first, or name its folder with FIRELEDGER_DATA_DIR`,
    )
  }
  const request = {
    subject: options.subject ?? `local-${options.role}`,
    role: options.role,
    division: options.division === 'all' ? null : options.division,
    ...(options.uscc === undefined ? {} : { uscc: options.uscc }),
    ...(options.person === undefined ? {} : { person: options.person }),
    ttlSeconds: Math.round(hours * 3600),
  }
  console.log(await issueToken(loadTokenSecret(config.dataDir, config.tokenSecret), request, new Date()))
}
