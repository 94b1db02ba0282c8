import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { styleText } from 'node:util';
import { cleanAll, cleanLines } from '../../lib/domain/text.ts';
import { createRedactor } from '../../lib/domain/redact.ts';
import { openScreen, type Screen } from './screen.ts';

type Input = NodeJS.ReadableStream & { readonly isTTY?: boolean };
type Writable = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

/** What a command reads and writes; `process` is one. */
export type Streams = { readonly stdin: Input; readonly stdout: Writable; readonly stderr: Writable };

/** What a command comes to: for programs and for people, or a file that is signed as it stands; and the exit code, 0 unless given. */
export type Answer = ({ readonly data: unknown; readonly text: string } | { readonly file: string }) & { readonly code?: number };

/** The answer goes to standard output, everything else to standard error. Neither shows a secret that was learnt. */
export type Terminal = Screen & {
  readonly learn: (secrets: readonly string[]) => void;
  readonly streams: Streams;
  /** Throws `NotConfirmed` where there is no terminal. */
  readonly needPerson: (question: string) => void;
  /** Asks whether to go on. Throws `NotConfirmed` unless the answer is yes. */
  readonly confirm: (question: string) => Promise<void>;
  /** What was typed; null where the input was at its end, or Ctrl-C was pressed, before anything was. */
  readonly ask: (question: string) => Promise<string | null>;
  /** Colours a text of the answer, where standard output is a terminal that takes colours. */
  readonly style: (format: Parameters<typeof styleText>[0], text: string) => string;
  readonly print: (answer: Answer, form: 'text' | 'json') => void;
};

/** The answer was no, or there was nobody to ask: nothing was begun. */
export class NotConfirmed extends Error {
  override readonly name = 'NotConfirmed';
  readonly nobodyThere: boolean;

  constructor(question: string | null) {
    super(question === null ? 'not begun' : `${question} Nothing was begun: there is no terminal to ask on, so it needs --yes.`);
    this.nobodyThere = question !== null;
  }
}

/** Where the terminal does not say. */
export const COLUMNS = 80;

export function openTerminal(streams: Streams): Terminal {
  const { stdin, stdout, stderr } = streams;
  const { redact, learn } = createRedactor([]);
  const shown = (text: string): string => redact(cleanLines(text));
  const output = { terminal: stderr.isTTY === true, width: stderr.columns || COLUMNS, redact: shown };
  const screen = openScreen({ ...output, write: (text) => void stderr.write(text) }, Date.now);
  const ask = (question: string): Promise<string | null> => typed(shown(question), stdin, stderr);
  const needPerson = (question: string): void => {
    if (stdin.isTTY !== true || stderr.isTTY !== true) throw new NotConfirmed(question);
  };
  const confirm = async (question: string): Promise<void> => {
    needPerson(question);
    if (!/^y(es)?$/i.test((await ask(`${question} Go on? [y/N] `)) ?? '')) throw new NotConfirmed(null);
  };
  return {
    ...screen,
    ask,
    needPerson,
    confirm,
    streams,
    learn: (secrets) => secrets.forEach((secret) => learn(secret)),
    style: (format, text) => styleText(format, text, { stream: stdout }),
    print: (answer, form) => {
      const text =
        'file' in answer
          ? answer.file
          : form === 'json'
            ? redact(JSON.stringify(cleanAll(answer.data, cleanLines), null, 2))
            : redact(harmless(answer.text));
      if (text !== '') stdout.write(text.endsWith('\n') ? text : `${text}\n`);
    },
  };
}

/** Names come from outside: without marks that move the cursor or make a name read as another. Line ends stay, and the colours of an answer. */
function harmless(text: string): string {
  // oxlint-disable-next-line no-control-regex -- colours begin with ESC
  const parts = text.split(/(\u001B\[\d{1,2}m)/);
  return parts.map((part, index) => (index % 2 === 1 ? part : cleanLines(part))).join('');
}

async function typed(question: string, input: Input, output: Writable): Promise<string | null> {
  const terminal = createInterface({ input, output });
  const closed = once(terminal, 'close').then(() => null);
  try {
    // Ctrl-C rejects the question where it does not just close.
    return await Promise.race([
      terminal
        .question(question)
        .then((text) => text.trim())
        .catch(() => null),
      closed,
    ]);
  } finally {
    terminal.close();
  }
}
