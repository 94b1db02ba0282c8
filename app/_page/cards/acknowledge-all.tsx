import { PostButton } from '../../_parts/post-button.tsx';

type Properties = {
  readonly ids: readonly string[];
  /** How many there are, where one request cannot take all of them. */
  readonly inAll?: number;
  /** What they are about, for screen readers. */
  readonly of: string;
  readonly user: string | null;
};

/** One button for all incidents of a card that nobody has acknowledged, or as many of them as one request takes; nothing for somebody who may not. */
export function AcknowledgeAll({ ids, inAll = ids.length, of, user }: Properties) {
  if (user === null || ids.length === 0) return null;
  const name = ids.length < inAll ? `Acknowledge ${ids.length} of ${inAll}` : `Acknowledge all ${ids.length}`;
  return (
    <PostButton action="/api/incidents/acknowledge" name={name} label={`${name}: ${of}`}>
      {ids.map((id) => (
        <input key={id} type="hidden" name="id" value={id} />
      ))}
    </PostButton>
  );
}
