import { existsSync } from 'node:fs';
import { findOrInstall } from '../../support/servers/program.ts';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Path of a Chromium: that of `CHROMIUM_PATH`, one that is installed, or Debian's, installed now where that is allowed.
 * @throws an error with the one command that helps
 */
export function chromiumPath(): string {
  if (process.env.CHROMIUM_PATH) return process.env.CHROMIUM_PATH;
  return findOrInstall(() => PLACES.find(existsSync), 'Chromium (or its path as CHROMIUM_PATH)', 'chromium');
}

/** Before the first test file: the browser is there, or the run ends with the reason. */
export default function setup(): void {
  chromiumPath();
}
