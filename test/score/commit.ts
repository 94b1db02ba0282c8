import { execFileSync } from 'node:child_process';

/** All that a score rests on, as paths from the repository's root. */
const PLAYED = ['lib', 'test/score', 'test/emulators', 'package-lock.json'];

/**
 * The short hash of the commit that is checked out in `root`. Throws where what is played differs from it, or where there is none: a table must
 * not name a commit that did not make it.
 */
export function committed(root: string): string {
  const changed = git(root, ['status', '--porcelain', '--untracked-files=all', '--', ...PLAYED]);
  if (changed !== '')
    throw new Error(`docs/score.md names the commit that made it, and these differ from it; commit them first:\n${changed}`);
  return git(root, ['rev-parse', '--short', 'HEAD']);
}

function git(root: string, words: readonly string[]): string {
  try {
    return execFileSync('git', words, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' }).trimEnd();
  } catch (error) {
    throw new Error(`docs/score.md names the commit that made it, and \`git ${words[0]}\` failed in ${root}`, { cause: error });
  }
}
