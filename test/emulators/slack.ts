import { z } from 'zod';
import { startServer, type Answer, type Asked, type Emulator } from './server.ts';

const text = (most: number) =>
  z
    .object({
      type: z.enum(['plain_text', 'mrkdwn']),
      text: z.string().min(1).max(most),
      emoji: z.boolean().optional(),
      verbatim: z.boolean().optional(),
    })
    .strict();
const button = z
  .object({
    type: z.literal('button'),
    action_id: z.string().max(255),
    text: text(75),
    value: z.string().max(2_000).optional(),
    url: z.string().max(3_000).optional(),
    style: z.enum(['primary', 'danger']).optional(),
  })
  .strict();
/** https://docs.slack.dev/reference/block-kit/blocks: the blocks that we use, with their limits. */
const block = z.discriminatedUnion('type', [
  z.object({ type: z.literal('header'), text: text(150) }).strict(),
  z.object({ type: z.literal('section'), text: text(3_000).optional(), fields: z.array(text(2_000)).min(1).max(10).optional() }).strict(),
  z.object({ type: z.literal('context'), elements: z.array(text(3_000)).min(1).max(10) }).strict(),
  z.object({ type: z.literal('actions'), elements: z.array(button).min(1).max(25) }).strict(),
  z.object({ type: z.literal('divider') }).strict(),
]);
const metadata = z.object({ event_type: z.string(), event_payload: z.record(z.string(), z.unknown()) });
const written = {
  channel: z.string(),
  text: z.string().max(40_000).optional(),
  blocks: z.array(block).max(50).optional(),
  metadata: metadata.optional(),
  link_names: z.boolean().optional(),
};
const flag = z.enum(['true', 'false']).optional();
const read = {
  channel: z.string(),
  limit: z.coerce.number().int().min(1).max(999).optional(),
  oldest: z.coerce.number().optional(),
  latest: z.coerce.number().optional(),
  inclusive: flag,
  include_all_metadata: flag,
  cursor: z.coerce.number().int().optional(),
};
const arguments_ = {
  'chat.postMessage': z
    .object({
      ...written,
      thread_ts: z.string().optional(),
      reply_broadcast: z.boolean().optional(),
      unfurl_links: z.boolean().optional(),
      unfurl_media: z.boolean().optional(),
    })
    .strict(),
  'chat.update': z.object({ ...written, ts: z.string() }).strict(),
  'conversations.history': z.object(read).strict(),
  'conversations.replies': z.object({ ...read, ts: z.string() }).strict(),
};

export type SlackPost = {
  readonly ts: string;
  readonly thread_ts?: string;
  readonly broadcast: boolean;
  text: string;
  blocks: readonly z.infer<typeof block>[];
  metadata: z.infer<typeof metadata> | undefined;
  edits: number;
};

export type SlackEmulator = Emulator & {
  /** What SLACK_API_URL takes. */
  readonly apiUrl: string;
  readonly token: string;
  readonly channel: string;
  readonly messages: readonly SlackPost[];
  readonly refused: readonly string[];
  /** The app's scopes; taking `channels:history` away makes looking answer `missing_scope`. */
  readonly scopes: Set<string>;
};

type State = { readonly messages: SlackPost[]; readonly refused: string[]; readonly scopes: Set<string> };
type Options = { readonly port?: number; readonly now?: () => number };
type Result = Readonly<Record<string, unknown>> | string;

const TOKEN = 'xoxb-token-of-the-emulator';
const CHANNEL = 'C0EMULATOR';

/** The part of Slack's Web API that the product uses. */
export async function startSlack({ port, now = Date.now }: Options = {}): Promise<SlackEmulator> {
  const state: State = { messages: [], refused: [], scopes: new Set(['chat:write', 'channels:history']) };
  const server = await startServer({ port, handle: (asked) => answer(state, asked, now) });
  return { ...server, apiUrl: `${server.url}/api/`, token: TOKEN, channel: CHANNEL, ...state };
}

function answer(state: State, asked: Asked, now: () => number): Answer {
  const result = asked.headers['authorization'] === `Bearer ${TOKEN}` ? call(state, asked, now) : 'invalid_auth';
  if (typeof result !== 'string') return { status: 200, body: { ok: true, ...result } };
  state.refused.push(`${result}: ${asked.path} ${asked.body.slice(0, 300)}`);
  return { status: 200, body: { ok: false, error: result } };
}

function call(state: State, asked: Asked, now: () => number): Result {
  const given = parseForm(asked.body);
  if (given === null) return 'invalid_form_data';
  switch (asked.path.replace('/api/', '')) {
    case 'auth.test':
      return { team: 'emulator', user: 'restorewatch', user_id: 'U0BOT', bot_id: 'B0BOT' };
    case 'chat.postMessage':
      return withArguments(arguments_['chat.postMessage'], given, (wanted) => post(state, wanted, now));
    case 'chat.update':
      return withArguments(arguments_['chat.update'], given, (wanted) => update(state, wanted));
    case 'conversations.history':
      return withArguments(arguments_['conversations.history'], given, (wanted) => list(state, wanted, null));
    case 'conversations.replies':
      return withArguments(arguments_['conversations.replies'], given, (wanted) => list(state, wanted, wanted.ts));
    default:
      return 'unknown_method';
  }
}

function withArguments<T extends { channel: string }>(schema: z.ZodType<T>, given: unknown, act: (wanted: T) => Result): Result {
  const parsed = schema.safeParse(given);
  if (!parsed.success) return parsed.error.issues.some(({ path }) => path[0] === 'blocks') ? 'invalid_blocks' : 'invalid_arguments';
  return parsed.data.channel === CHANNEL ? act(parsed.data) : 'channel_not_found';
}

function post(state: State, wanted: z.infer<(typeof arguments_)['chat.postMessage']>, now: () => number): Result {
  const problem = contentProblem(wanted);
  if (problem !== null) return problem;
  const last = Number(state.messages.at(-1)?.ts ?? 0);
  const ts = Math.max(now() / 1_000, last + 0.001).toFixed(6);
  const { text: words = '', blocks = [], metadata: tag, thread_ts, reply_broadcast: broadcast = false } = wanted;
  state.messages.push({ ts, ...(thread_ts === undefined ? {} : { thread_ts }), broadcast, text: words, blocks, metadata: tag, edits: 0 });
  return { channel: CHANNEL, ts };
}

function update(state: State, wanted: z.infer<(typeof arguments_)['chat.update']>): Result {
  const message = state.messages.find(({ ts }) => ts === wanted.ts);
  if (message === undefined) return 'message_not_found';
  const problem = contentProblem(wanted);
  if (problem !== null) return problem;
  // `text` without `blocks` removes the blocks (docs.slack.dev/reference/methods/chat.update).
  Object.assign(message, {
    text: wanted.text ?? '',
    blocks: wanted.blocks ?? [],
    metadata: wanted.metadata ?? message.metadata,
    edits: message.edits + 1,
  });
  return { channel: CHANNEL, ts: message.ts };
}

function list(state: State, wanted: z.infer<(typeof arguments_)['conversations.history']>, thread: string | null): Result {
  if (!state.scopes.has('channels:history')) return 'missing_scope';
  const { oldest = 0, latest = Number.POSITIVE_INFINITY, limit = 100, cursor = 0 } = wanted;
  const chosen = state.messages.filter(
    (message) => belongs(message, thread) && Number(message.ts) >= oldest && Number(message.ts) <= latest,
  );
  const ordered = thread === null ? chosen.toReversed() : chosen;
  const page = ordered.slice(cursor, cursor + limit).map((message) => shown(message, wanted.include_all_metadata === 'true'));
  const next = cursor + limit < ordered.length ? String(cursor + limit) : '';
  return { messages: page, has_more: next !== '', response_metadata: { next_cursor: next } };
}

function belongs(message: SlackPost, thread: string | null): boolean {
  if (thread === null) return message.thread_ts === undefined || message.broadcast;
  return message.ts === thread || message.thread_ts === thread;
}

function shown({ metadata: tag, ...message }: SlackPost, withMetadata: boolean): Readonly<Record<string, unknown>> {
  return { type: 'message', bot_id: 'B0BOT', ...message, ...(withMetadata && tag !== undefined ? { metadata: tag } : {}) };
}

/** Some 13,200 characters for all blocks: slackapi/bolt-js#2509. */
function contentProblem(wanted: { readonly text?: string | undefined; readonly blocks?: readonly unknown[] | undefined }): string | null {
  if ((wanted.text ?? '') === '' && (wanted.blocks ?? []).length === 0) return 'no_text';
  return JSON.stringify(wanted.blocks ?? []).length > 13_200 ? 'msg_blocks_too_long' : null;
}

/** Slack takes objects as JSON texts inside a form. */
function parseForm(body: string): Readonly<Record<string, unknown>> | null {
  try {
    const values = [...new URLSearchParams(body)].map(([name, value]) => [name, structured(name, value)] as const);
    return Object.fromEntries(values);
  } catch {
    return null;
  }
}

function structured(name: string, value: string): unknown {
  if (['blocks', 'metadata'].includes(name)) return JSON.parse(value);
  return ['link_names', 'reply_broadcast', 'unfurl_links', 'unfurl_media'].includes(name) ? value === 'true' : value;
}
