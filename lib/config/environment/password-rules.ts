import { LONGEST_PASSWORD } from './password.ts';

/** Between the 8 characters that NIST SP 800-63B asks for beside a second factor and the 15 without one; the common ones are refused at any length. */
export const SHORTEST_PASSWORD = 12;
/** Fewer than this are a pattern such as "abababababab". */
const FEWEST_CHARACTERS = 5;
/** A password is a sequence if so large a part of its neighbouring characters are neighbours of the alphabet, of the digits or of a keyboard's row. */
const SEQUENTIAL_SHARE = 0.7;
/** A keyboard from top to bottom, with digits and without. */
const COLUMNS = ['1qaz2wsx3edc4rfv5tgb6yhn7ujm', 'qazwsxedcrfvtgbyhnujm', 'zaq1xsw2cde3vfr4bgt5', 'zaq12wsxcde34rfvbgt5'];
const ROWS = [
  'abcdefghijklmnopqrstuvwxyz',
  '01234567890',
  'qwertyuiop',
  'qwertzuiop',
  'azertyuiop',
  'asdfghjkl',
  'zxcvbnm',
  'yxcvbnm',
  ...COLUMNS,
];

/**
 * The words that lists of leaked passwords are made of, with this product's own. A password of 12 characters is built from one by repeating it or by putting
 * digits and punctuation around it, or between the repetitions, so those are taken off before the comparison.
 */
const COMMON: ReadonlySet<string> = new Set(
  (
    'password passwort passphrase motdepasse contrasena qwerty qwertz azerty letmein letmeinplease welcome willkommen changeme changemenow ' +
    'changethis iloveyou iloveyousomuch iloveyouforever admin administrator adminadmin root superuser sysadmin default secret topsecret ' +
    'monkey dragon master sunshine princess football baseball basketball superman batman spiderman starwars trustno trustnoone whatever ' +
    'computer internet michael jennifer jordan ashley charlie shadow freedom hello helloworld abc abcd abcdef login passw pass test testing ' +
    'testtest guest user username temporary temp summer winter spring autumn fall sommer monday tuesday wednesday thursday friday saturday ' +
    'sunday january february march april june july august september october november december company hunter restorewatch mongodb ' +
    'mongo atlas mongodbatlas backup backups database pagerduty oncall correcthorsebatterystaple thisismypassword mypassword mysecret ' +
    'mysecretpassword yourpassword newpassword nopassword defaultpassword passwordpassword adminpassword rootpassword'
  ).split(' '),
);

/** Why nobody may have this password; null if it may be had. `name`: the user's, which is the first guess. */
export function passwordProblem(password: string, name: string): string | null {
  const length = Array.from(password).length;
  if (length < SHORTEST_PASSWORD || password.length > LONGEST_PASSWORD)
    return `A password has ${SHORTEST_PASSWORD} to ${LONGEST_PASSWORD} characters`;
  const plain = password.normalize('NFKC').toLowerCase();
  if (new Set(plain).size < FEWEST_CHARACTERS) return `This password has fewer than ${FEWEST_CHARACTERS} different characters`;
  if (isSequence(plain)) return 'This password follows the alphabet, the digits or the keyboard';
  const isGuess = wordsOf(unitOf(plain)).some((word) => COMMON.has(word) || word === name.toLowerCase());
  return isGuess ? 'This password is among the first that are guessed, or a common one with something around it' : null;
}

function isSequence(text: string): boolean {
  const characters = Array.from(text);
  const pairs = characters.slice(1).map((character, index) => `${characters[index]}${character}`);
  const next = pairs.filter(
    (pair) => pair[0] === pair[1] || ROWS.some((row) => row.includes(pair) || row.includes(`${pair[1]}${pair[0]}`)),
  );
  return next.length >= pairs.length * SEQUENTIAL_SHARE;
}

/** What the text repeats: "abc" of "abcabcabca"; the text itself if it repeats nothing. */
function unitOf(text: string): string {
  for (let length = 1; length <= text.length / 2; length += 1) {
    const unit = text.slice(0, length);
    if (unit.repeat(Math.ceil(text.length / length)).startsWith(text)) return unit;
  }
  return text;
}

const SPELT: Readonly<Record<string, string>> = { '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' };

/** The word that is left of a text without what is no letter: as written, and with digits read as the letters that they look like. */
function wordsOf(text: string): readonly string[] {
  const outer = text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '');
  const spelt = [outer, text].map((one) => one.replace(/[013457@$!]/g, (character) => SPELT[character] ?? ''));
  return [text, outer, ...spelt].map((one) => unitOf(one.replace(/[^\p{L}]/gu, '')));
}
