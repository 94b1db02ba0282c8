import type { Head } from '../../lib/domain/incidents/head.ts';
import { HOUR, type Duration, type Instant } from '../../lib/domain/time.ts';
import { FIRST_BREAK } from './breaks.ts';

/** Pages of the app that the control page leads to; who follows its link was there. */
export const PLACES = ['page', 'incidents', 'cluster', 'checklist'] as const;
export type Place = (typeof PLACES)[number];

/** What a newcomer does, in order. */
export const STEPS = [
  {
    id: 'look',
    title: 'Look at the status page',
    how: 'Sign in with the name and password above. This is how it looks while all is well.',
  },
  { id: 'break', title: 'Break it', how: 'Push “Somebody switches PITR of orders off” below.' },
  { id: 'read', title: 'Read the phone', how: 'On the phone below, open the newest message: what is lost, and since when.' },
  {
    id: 'acknowledge',
    title: 'Acknowledge',
    how: 'On the phone, in Slack or on the status page. Push “10 minutes later” before, and see the next person called.',
  },
  { id: 'mend', title: 'Let three hours pass, and mend it', how: 'Push “3 hours later”, then the red button again.' },
  {
    id: 'after',
    title: 'Read what is left of it',
    how: 'The timeline of the incident, the cluster’s page with its break, and the checklist.',
  },
] as const;

type StepId = (typeof STEPS)[number]['id'];

/** What was seen of the person who tries it. */
export type Seen = {
  readonly begun: Instant;
  readonly visited: ReadonlySet<Place>;
  /** Somebody signed in to the app, by whatever way. */
  readonly signedIn: boolean;
  readonly hasRead: boolean;
  readonly pushed: Duration;
  readonly head: Head | null;
};

/** Pure: which steps the state shows as done. A step that was done stays done: the caller keeps them. */
export function doneSteps({ begun, visited, signedIn, hasRead, pushed, head }: Seen): readonly StepId[] {
  const incident = head?.incidents.findLast(
    ({ check, resource, openedAt }) => check === FIRST_BREAK.check && resource.name === FIRST_BREAK.cluster && openedAt >= begun,
  );
  const isTaken = incident !== undefined && (incident.state === 'acknowledged' || incident.acknowledgement !== null);
  const done: Readonly<Record<StepId, boolean>> = {
    look: signedIn || visited.has('page'),
    break: incident !== undefined,
    read: incident !== undefined && hasRead,
    acknowledge: isTaken,
    mend: incident?.state === 'resolved' && pushed >= 3 * HOUR,
    after: incident !== undefined && ['incidents', 'cluster', 'checklist'].every((place) => [...visited].some((one) => one === place)),
  };
  return STEPS.map(({ id }) => id).filter((id) => done[id]);
}
