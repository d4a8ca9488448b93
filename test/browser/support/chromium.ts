import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Path of a Chromium: that of `CHROMIUM_PATH`, one that is installed, or Debian's, installed now where that is allowed.
 * @throws an error with the one command that helps
 */
export function chromiumPath(): string {
  const places = process.env.CHROMIUM_PATH ? [process.env.CHROMIUM_PATH] : PLACES;
  const found = () => places.find((place) => existsSync(place));
  if (!found() && process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) installChromium();
  const path = found();
  if (!path) {
    throw new Error(
      'The browser tests need Chromium. On Debian or Ubuntu run: sudo apt-get install -y chromium (or set CHROMIUM_PATH)',
    );
  }
  return path;
}

function installChromium(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '-qq', 'chromium'], { env, stdio: 'ignore' });
  } catch {
    // The caller says what is missing.
  }
}

/** Before the first test file: the browser is there, or the run ends with the reason. */
export default function setup(): void {
  chromiumPath();
}
