import { runAccountCommand } from './run-account-command.ts';

const code = await runAccountCommand(process);
// At once: what did not start may hold the process.
if (code !== 0) process.exit(code);
