import { plural } from '../../../lib/domain/text.ts';
import type { DeliveryEntry, DeliveryList } from '../../../lib/render/history/delivery-list.ts';
import { FilterForm, SelectField } from '../../_list/filter-form.tsx';
import { Columns, Empty, Pager, Problems } from '../../_list/parts.tsx';
import { Moment, TimedText } from '../../_parts/moment.tsx';
import { PeriodFields, PeriodShown } from '../../_list/period.tsx';
import { PostButton } from '../../_parts/post-button.tsx';
import { Shell } from '../../_parts/shell.tsx';
import { type DeliveriesAsked, STATE_WORDS } from './query.ts';
import { isolated } from '../../_parts/right-to-left.tsx';

type Properties = {
  readonly list: DeliveryList;
  readonly asked: DeliveriesAsked;
  /** By id, what people call a channel. */
  readonly channels: Readonly<Record<string, string>>;
  readonly user: string | null;
};

/** Every message that is kept: first those about incidents that are open or ended lately, then those of history. */
export function DeliveriesPage({ list, asked, channels, user }: Properties) {
  const { query, given, problems, isFirst, isFiltered, at, during } = asked;
  const { entries, next } = list;
  return (
    <Shell here="/deliveries" className="list">
      <h1>Messages</h1>
      <Problems problems={problems} instead="What could not be read is left out of the filter." />
      <FilterForm action="/deliveries" all={isFiltered ? '/deliveries' : null}>
        <PeriodFields label="Made from (UTC)" given={given} now={list.now} during={during} />
        <SelectField name="channel" label="Channel" value={query.filter.channel} choices={channels} />
        <SelectField name="state" label="What became of it" value={query.filter.state} choices={STATE_WORDS} />
      </FilterForm>
      <p className="soft shown">
        {list.of === 'present'
          ? 'About incidents that are open or ended lately, and digests; the last made first.'
          : 'About earlier incidents, by when they were opened; each is kept for 400 days.'}
      </p>
      <PeriodShown what="Made" period={query.filter.within} now={list.now} />
      {entries.length > 0 && <Messages entries={entries} now={list.now} channels={channels} user={user} />}
      {entries.length === 0 && next === null && (
        <Empty isBeyond={!isFirst} isFiltered={isFiltered} first={at(null)} all="/deliveries" none="No message is kept." />
      )}
      {entries.length === 0 && next !== null && <p className="empty">Nothing here matches: older messages may.</p>}
      <Pager label="Pages of messages" newest={isFirst ? null : at(null)} older={next === null ? null : at(next)} />
    </Shell>
  );
}

type Rows = Pick<Properties, 'channels' | 'user'> & { readonly entries: readonly DeliveryEntry[]; readonly now: string };

function Messages({ entries, now, channels, user }: Rows) {
  return (
    <table className="stacked compact messages">
      <Columns names={['Made', 'Message', 'What became of it', 'Attempts', 'About']} />
      <tbody>
        {entries.map((entry) => (
          <Row key={entry.key} entry={entry} now={now} channel={channels[entry.channel] ?? entry.channel} user={user} />
        ))}
      </tbody>
    </table>
  );
}

type RowProperties = { readonly entry: DeliveryEntry; readonly now: string; readonly channel: string; readonly user: string | null };

const TROUBLE: ReadonlySet<DeliveryEntry['state']> = new Set(['rejected', 'unknown']);

function Row({ entry, now, channel, user }: RowProperties) {
  const { kind, to, madeAt, state, outcome, attempts, lastError } = entry;
  const isTrouble = TROUBLE.has(state) || (state === 'owed' && attempts > 0);
  return (
    <tr>
      <td data-label="Made">
        <Moment at={madeAt} now={now} />
      </td>
      <th scope="row">
        {channel}: {kind}
        {to !== null && <span className="soft about">to {isolated(to)}</span>}
      </th>
      <td data-label="What became of it">
        <span className={isTrouble ? 'trouble' : undefined}>{outcome}</span>
        {lastError !== null && (
          <span className="about">
            <TimedText text={lastError} now={now} />
          </span>
        )}
        {user !== null && entry.canResend && <Resend entry={entry} channel={channel} />}
      </td>
      <td data-label="Attempts">{attempts}</td>
      <td data-label="About">
        <About entry={entry} />
      </td>
    </tr>
  );
}

function About({ entry: { about, href, more, kind } }: Pick<RowProperties, 'entry'>) {
  if (about === null) return kind === 'daily digest' ? 'everything' : 'an incident that is kept no longer';
  return (
    <>
      {href === null ? isolated(about) : <a href={href}>{isolated(about)}</a>}
      {more > 0 && ` and ${plural(more, 'other')}`}
    </>
  );
}

function Resend({ entry, channel }: Pick<RowProperties, 'entry' | 'channel'>) {
  return (
    <PostButton action="/api/deliveries/resend" name="Send again" label={`Send again: ${channel}, ${entry.about ?? entry.kind}`}>
      <input type="hidden" name="key" value={entry.key} />
    </PostButton>
  );
}
