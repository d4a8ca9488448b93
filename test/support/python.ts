import { execFileSync } from 'node:child_process';

/**
 * Path of a Python 3 with `requests`; Debian's packages are installed where that is allowed.
 * @throws an error with the one command that helps
 */
export function pythonWithRequests(): string {
  const found = () => ['python3', '/usr/bin/python3'].find(hasRequests);
  if (!found() && process.getuid?.() === 0) installRequests();
  const python = found();
  if (!python)
    throw new Error(
      'Python with requests is missing. On Debian or Ubuntu run: sudo apt-get install -y python3-requests',
    );
  return python;
}

function hasRequests(python: string): boolean {
  try {
    execFileSync(python, ['-c', 'import requests'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function installRequests(): void {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    execFileSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
    execFileSync('apt-get', ['install', '-y', '-qq', 'python3-requests'], { env, stdio: 'ignore' });
  } catch {
    // The caller says what is missing.
  }
}
