import { describe, expect, test } from 'vitest';
import { passwordProblem } from '../../../lib/config/environment/password-rules.ts';

describe('a password', () => {
  test.for([
    'correct horse battery',
    'password-of-alice',
    'pw-of-alice!',
    'tr0ub4dor&3xyz',
    'q7#kd!02mzPw',
    'ünïcode-wörter',
    'x'.padEnd(1_024, 'k7#pq!'),
  ])('may be "%s"', (password) => expect(passwordProblem(password, 'alice')).toBeNull());

  test.for([
    ['of 11 characters', 'q7#kd!02mzP'],
    ['of 11 characters that are two units each', '😀😁😂🤣😃😄😅😆😉😊😋'],
    ['of 1,025 characters', 'x'.padEnd(1_025, 'k7#pq!')],
    ['that is empty', ''],
  ] as const)('%s is refused by its length', ([, password]) =>
    expect(passwordProblem(password, 'alice')).toBe('A password has 12 to 1024 characters'),
  );

  test.for([
    ['of one character', 'aaaaaaaaaaaa', 'fewer than 5 different'],
    ['of a few characters', 'abababababab', 'fewer than 5 different'],
    ['that repeats something short', 'abcabcabcabc', 'fewer than 5 different'],
    ['that counts', '123456789012', 'alphabet, the digits or the keyboard'],
    ['that counts after blanks', '        12345678', 'alphabet, the digits or the keyboard'],
    ['of the alphabet', 'abcdefghijkl', 'alphabet, the digits or the keyboard'],
    ['of the alphabet from its end', 'zyxwvutsrqpo', 'alphabet, the digits or the keyboard'],
    ['of the keyboard', 'qwertyuiop12', 'alphabet, the digits or the keyboard'],
    ['of the keyboard from top to bottom', 'qazwsxedcrfv', 'alphabet, the digits or the keyboard'],
    ['of the keyboard from top to bottom and back', 'zaq12wsxcde3', 'alphabet, the digits or the keyboard'],
    ['of the month and the year', 'September2026!', 'first that are guessed'],
    ['of a common word twice, with a mark between', 'backup-backup', 'first that are guessed'],
    ['of the user’s name twice, with digits after', 'alice-alice-1', 'first that are guessed'],
    ['of two common words', 'passwordpassword', 'first that are guessed'],
    ['that is common and has capitals, digits and a mark', 'Password1234!', 'first that are guessed'],
    ['that is common and spelt with digits', 'P@ssw0rd2026!', 'first that are guessed'],
    ['that is common between digits', '123456password', 'first that are guessed'],
    ['of the season and the year', 'Summer2026!!!', 'first that are guessed'],
    ['of the keyboard, with digits between', '1q2w3e4r5t6y', 'first that are guessed'],
    ['that is famous', 'correct horse battery staple', 'first that are guessed'],
    ['of this product', 'restorewatch1', 'first that are guessed'],
    ['of the user’s name', 'Alice1234567', 'first that are guessed'],
    ['that repeats the user’s name', 'alicealicealice', 'first that are guessed'],
  ] as const)('%s is refused: "%s"', ([, password, problem]) => expect(passwordProblem(password, 'alice')).toContain(problem));
});
