import { startServer, type Answer, type Asked, type Emulator } from './server.ts';

export type TextMessage = { readonly to: string; readonly body: string; readonly validity: number; readonly at: number };

export type TwilioEmulator = Emulator & {
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
  readonly messages: readonly TextMessage[];
  readonly refused: readonly string[];
};

const PARAMETERS = ['To', 'From', 'Body', 'ValidityPeriod'];
const ACCOUNT = { accountSid: 'AC00000000000000000000000000emul', authToken: 'twilio-token-of-the-emulator', from: '+15005550006' };

type State = { readonly messages: TextMessage[]; readonly refused: string[] };

/** Twilio's create-message call: https://www.twilio.com/docs/messaging/api/message-resource#create-a-message-resource */
export async function startTwilio({
  port,
  now = Date.now,
}: { readonly port?: number; readonly now?: () => number } = {}): Promise<TwilioEmulator> {
  const state: State = { messages: [], refused: [] };
  const server = await startServer({ port, handle: (asked) => handle(state, asked, now()) });
  return { ...server, ...ACCOUNT, ...state };
}

function handle(state: State, asked: Asked, at: number): Answer {
  const { accountSid, authToken, from } = ACCOUNT;
  const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  if (asked.method === 'GET' && asked.path === `/2010-04-01/Accounts/${accountSid}.json`)
    return asked.headers['authorization'] === expected
      ? { status: 200, body: { sid: accountSid, friendly_name: 'emulator', status: 'active', type: 'Full' } }
      : refuse(state, asked, 401, 20_003, 'Authenticate');
  if (asked.method !== 'POST' || asked.path !== `/2010-04-01/Accounts/${accountSid}/Messages.json`)
    return refuse(state, asked, 404, 20_404, 'resource not found');
  if (asked.headers['authorization'] !== expected) return refuse(state, asked, 401, 20_003, 'Authenticate');
  const form = Object.fromEntries(new URLSearchParams(asked.body));
  const problem = problemOf(form, from);
  if (problem !== null) return refuse(state, asked, 400, ...problem);
  const { To: to = '', Body: body = '', ValidityPeriod: validity = '36000' } = form;
  state.messages.push({ to, body, validity: Number(validity), at });
  const sid = `SM${state.messages.length.toString(16).padStart(32, '0')}`;
  return { status: 201, body: { sid, status: 'queued', to, from, body, error_code: null, error_message: null, num_segments: '1' } };
}

function problemOf(form: Readonly<Record<string, string>>, from: string): readonly [number, string] | null {
  const unknown = Object.keys(form).find((name) => !PARAMETERS.includes(name));
  if (unknown !== undefined) return [20_001, `unknown parameter ${unknown}`];
  if (!/^\+[1-9]\d{4,14}$/.test(form['To'] ?? '')) return [21_211, "Invalid 'To' Phone Number"];
  if (form['From'] !== from) return [21_606, "The 'From' phone number is not yours"];
  const body = form['Body'] ?? '';
  if (body === '') return [21_602, 'Message body is required'];
  if (body.length > 1_600) return [21_617, 'The concatenated message body exceeds the 1600 character limit'];
  const validity = Number(form['ValidityPeriod'] ?? '36000');
  return Number.isInteger(validity) && validity >= 1 && validity <= 36_000 ? null : [21_667, 'ValidityPeriod is out of range'];
}

function refuse(state: State, asked: Asked, status: number, code: number, message: string): Answer {
  state.refused.push(`${message}: ${asked.method} ${asked.path} ${asked.body.slice(0, 200)}`);
  return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status } };
}
