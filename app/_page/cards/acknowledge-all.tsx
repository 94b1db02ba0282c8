import { PostButton } from '../post-button.tsx';

type Properties = {
  readonly ids: readonly string[];
  /** What they are about, for screen readers. */
  readonly of: string;
  readonly user: string | null;
};

/** One button for all incidents of a card that nobody has acknowledged; nothing for somebody who may not. */
export function AcknowledgeAll({ ids, of, user }: Properties) {
  if (user === null || ids.length === 0) return null;
  const name = `Acknowledge all ${ids.length}`;
  return (
    <PostButton action="/api/incidents/acknowledge" name={name} label={`${name}: ${of}`}>
      {ids.map((id) => (
        <input key={id} type="hidden" name="id" value={id} />
      ))}
    </PostButton>
  );
}
