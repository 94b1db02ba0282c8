import { createRedactor, type Redactor } from '../../lib/domain/redact.ts';
import { openScreen, type Screen } from './screen.ts';

/** Where the terminal does not say. */
const COLUMNS = 80;

/** This process's standard error, on which no secret is seen once `learn` was told of it. */
export function openTerminal(): {
  readonly screen: Screen;
  readonly redact: Redactor['redact'];
  readonly learn: (secrets: readonly string[]) => void;
} {
  const { redact, learn } = createRedactor([]);
  const { stderr } = process;
  const write = (text: string): void => void stderr.write(text);
  return {
    screen: openScreen({ write, terminal: stderr.isTTY, width: stderr.columns || COLUMNS, redact }, Date.now),
    redact,
    learn: (secrets) => secrets.forEach((secret) => learn(secret)),
  };
}
