import { LOOK, VERDICT_WORDS } from './words.ts';

/** A verdict in words, with the look that it has everywhere. */
export function Verdict({ verdict }: { readonly verdict: keyof typeof LOOK }) {
  return (
    <span className="verdict" data-verdict={LOOK[verdict]}>
      {VERDICT_WORDS[verdict]}
    </span>
  );
}
