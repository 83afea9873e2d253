import { Command } from 'commander'
import { addApartCommands } from './commands/apart.ts'
import { addClusterUserCommand } from './commands/cluster-user.ts'
import { addConfigCommand } from './commands/config.ts'
import { addCopyCommand } from './commands/copy.ts'
import { addEvidenceCommand } from './commands/evidence.ts'
import { addExportCommand } from './commands/export.ts'
import { addImportCommand } from './commands/import.ts'
import { addRebuildCommand } from './commands/rebuild.ts'
import { addScenarioCommand } from './commands/scenario.ts'
import { addServeCommand } from './commands/serve.ts'
import { addSimulateCommand } from './commands/simulate.ts'
import { addTokenCommand } from './commands/token.ts'
import { addVerifyCommand } from './commands/verify.ts'
import { reportFailure } from './failure.ts'

/** `fireledger …`. Exit codes: 0 done · 1 error · 2 wrong usage · 3 verification failed. */
const program = new Command('fireledger')
  .description('Event-sourced regulatory ledger for fire technical services')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))

addServeCommand(program)
addApartCommands(program)
addClusterUserCommand(program)
addConfigCommand(program)
addTokenCommand(program)
addScenarioCommand(program)
addImportCommand(program)
addExportCommand(program)
addCopyCommand(program)
addRebuildCommand(program)
addVerifyCommand(program)
addSimulateCommand(program)
addEvidenceCommand(program)

// A reader that has seen enough, such as `head`, is no fault.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})

try {
  await program.parseAsync()
} catch (error) {
  reportFailure(error)
}
