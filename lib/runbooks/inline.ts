export type Inline = { readonly code: boolean; readonly text: string };

/** Text and, between backticks, code. */
export function inlineOf(text: string): readonly Inline[] {
  return text.split('`').flatMap((part, index) => (part === '' ? [] : [{ code: index % 2 === 1, text: part }]));
}
