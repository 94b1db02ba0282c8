import type { AddressInfo, Socket } from 'node:net';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { readMail, type Mail } from './mail.ts';

/** Where a session is met: at AUTH, MAIL or RCPT, or when the whole message has come (BODY). */
export type Stage = 'AUTH' | 'MAIL' | 'RCPT' | 'BODY';

/** `answer`, `hang` and `reset` before the mail is kept; `lose` after it. */
export type MailFault =
  | { readonly kind: 'answer'; readonly code: number; readonly message?: string }
  | { readonly kind: 'hang' | 'reset' | 'lose' };

export type ReceivedMail = Mail & { readonly at: number };

export type SmtpEmulator = {
  /** What SMTP_URL takes. */
  readonly url: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly mails: readonly ReceivedMail[];
  /** The stages that sessions came to, in order. */
  readonly requests: readonly Stage[];
  /** For each MAIL, whether it came over TLS. */
  readonly encrypted: readonly boolean[];
  readonly fault: (stage: Stage, fault: MailFault, times?: number) => void;
  readonly heal: () => void;
  readonly close: () => Promise<void>;
};

type Rule = { readonly stage: Stage; readonly fault: MailFault; left: number };
type State = {
  readonly now: () => number;
  readonly mails: ReceivedMail[];
  readonly requests: Stage[];
  readonly encrypted: boolean[];
  readonly rules: Rule[];
  readonly sockets: Set<Socket>;
};
type Reply = (error?: Error | null) => void;
type Options = { readonly port?: number; readonly tls?: Certificate; readonly now?: () => number };
type Certificate = { readonly key: string; readonly cert: string };

const [USER, PASSWORD] = ['mailer', 'smtp-password-of-the-emulator'];

/** A real SMTP server (nodemailer's) that keeps what it gets. Signing in is possible, not required. It offers STARTTLS where it has a certificate. */
export async function startSmtp({ port = 0, tls, now = Date.now }: Options = {}): Promise<SmtpEmulator> {
  const state: State = { now, mails: [], requests: [], encrypted: [], rules: [], sockets: new Set() };
  const server = serverOf(state, tls);
  server.on('error', () => {}); // A connection that a fault resets is an error to it.
  const listening = server.listen(port, '127.0.0.1');
  listening.on('connection', (socket: Socket) => {
    state.sockets.add(socket);
    setImmediate(() => greet(server));
    socket.once('close', () => state.sockets.delete(socket));
  });
  await new Promise<void>((resolve) => listening.once('listening', resolve));
  // A server on a TCP port has an AddressInfo, never a pipe's name.
  const at = (listening.address() as AddressInfo).port;
  return {
    url: `smtp://${USER}:${PASSWORD}@127.0.0.1:${at}`,
    port: at,
    user: USER,
    password: PASSWORD,
    mails: state.mails,
    requests: state.requests,
    encrypted: state.encrypted,
    fault: (stage, fault, times = Number.POSITIVE_INFINITY) => void state.rules.push({ stage, fault, left: times }),
    heal: () => void state.rules.splice(0),
    close: () => stop(server, state),
  };
}

type Greeter = { connectionReady: () => void };

/** The server waits a tenth of a second before it greets, for those who talk too soon: too long for the mails of the demo's three months. */
function greet(server: SMTPServer): void {
  // Proof: smtp-server 3 keeps its connections there, and calls this method of each once it has waited.
  const { connections } = server as unknown as { readonly connections?: ReadonlySet<Greeter> };
  for (const connection of connections ?? []) {
    if (Object.hasOwn(connection, 'connectionReady')) continue;
    connection.connectionReady();
    connection.connectionReady = () => {};
  }
}

function serverOf(state: State, tls: Certificate | undefined): SMTPServer {
  return new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    ...(tls ?? { disabledCommands: ['STARTTLS'] }),
    disableReverseLookup: true,
    logger: false,
    closeTimeout: 1,
    onAuth: (auth, session, done) => {
      const right = auth.username === USER && auth.password === PASSWORD;
      meet(state, 'AUTH', session, (error) =>
        error || !right ? done(error ?? coded(535, 'authentication failed')) : done(null, { user: USER }),
      );
    },
    onMailFrom: (_address, session, done) => {
      state.encrypted.push(session.secure);
      meet(state, 'MAIL', session, done);
    },
    onRcptTo: (_address, session, done) => meet(state, 'RCPT', session, done),
    // A client that drops in mid-message is a case of the tests, not a crash of the process that runs them.
    onData: (stream, session, done) => void collect(stream).then((raw) => take(state, raw, session, done), done),
  });
}

/** Lets the session go on, or does what the fault says. */
function meet(state: State, stage: Stage, session: SMTPServerSession, reply: Reply, keep: () => void = () => {}): void {
  state.requests.push(stage);
  const rule = state.rules.find((one) => one.stage === stage && one.left > 0);
  if (rule !== undefined) rule.left -= 1;
  const fault = rule?.fault;
  if (fault?.kind === 'answer') return reply(coded(fault.code, fault.message ?? 'refused by the emulator'));
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'reset') return reset(state, session);
  keep();
  if (fault?.kind === 'lose') return reset(state, session);
  reply(null);
}

function take(state: State, raw: string, session: SMTPServerSession, reply: Reply): void {
  const { mailFrom, rcptTo } = session.envelope;
  const envelope = { from: mailFrom === false ? '' : mailFrom.address, to: rcptTo.map(({ address }) => address) };
  meet(state, 'BODY', session, reply, () => void state.mails.push({ ...readMail(raw, envelope), at: state.now() }));
}

function reset(state: State, session: SMTPServerSession): void {
  for (const socket of state.sockets) if (socket.remotePort === session.remotePort) socket.resetAndDestroy();
}

function coded(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}

async function collect(stream: SMTPServerDataStream): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

function stop(server: SMTPServer, state: State): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of state.sockets) socket.destroy();
  });
}
