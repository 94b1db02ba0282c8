/** One thing that doctor looked at. `warn` is allowed but surely not wanted. */
export type Line = { readonly mark: 'ok' | 'warn' | 'bad'; readonly text: string };

const MARKS: Readonly<Record<Line['mark'], string>> = { ok: 'ok  ', warn: 'WARN', bad: 'BAD ' };

export function printed({ mark, text }: Line): string {
  return `${MARKS[mark]}  ${text}\n`;
}
