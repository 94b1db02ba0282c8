import type { StatusUser } from './variables.ts';

/** Everything that the environment says, parsed once at the edge. */
export type Environment = {
  readonly port: number;
  readonly atlas: {
    /** Without a slash at its end, as every address here that paths are hung on, Slack's apart. */
    readonly baseUrl: string;
    readonly credentials: AtlasCredentials;
    /** Null: all that the credentials see. */
    readonly projectIds: readonly string[] | null;
  };
  readonly cronSecret: string | null;
  readonly store: StoreSettings;
  readonly channels: ChannelSettings;
  /** The teams of restorable.config.ts with their own channels; null where they leave one to the default recipients. */
  readonly teams: readonly TeamSettings[];
  readonly pagerdutyApi: { readonly token: string; readonly url: string } | null;
  readonly webhooks: { readonly pagerdutySecret: string | null; readonly slackSigningSecret: string | null };
  readonly statusUrl: string | null;
  readonly access: Access;
  readonly heartbeatUrl: string | null;
  readonly requestTimeoutMs: number;
  readonly runBudgetMs: number;
  readonly recovery: {
    readonly credentials: ServiceAccount | null;
    readonly mongodbUri: string | null;
    readonly sandboxUri: string | null;
    readonly evidenceKey: string | null;
    /** Connection strings by the name of the variable that restorable.config.ts gives. */
    readonly addresses: Readonly<Record<string, string>>;
  };
  /** What is allowed but surely not wanted, one sentence each. */
  readonly warnings: readonly string[];
  /** Every value that must never leave the process, longest first. */
  readonly secrets: readonly string[];
};

export type ServiceAccount = { readonly kind: 'serviceAccount'; readonly clientId: string; readonly clientSecret: string };
export type AtlasCredentials = ServiceAccount | { readonly kind: 'apiKey'; readonly publicKey: string; readonly privateKey: string };

export type StoreSettings =
  | { readonly kind: 'kv'; readonly url: string; readonly token: string }
  | { readonly kind: 'sqlite'; readonly path: string };

export type ChannelSettings = {
  readonly pagerduty: { readonly routingKey: string; readonly host: string } | null;
  /** `apiUrl` ends with a slash, as Slack's own client wants it. */
  readonly slack: { readonly token: string; readonly channel: string; readonly apiUrl: string } | null;
  readonly email: { readonly smtpUrl: string; readonly from: string; readonly to: readonly string[] } | null;
  readonly sms: SmsSettings | null;
};

export type TeamSettings = { readonly name: string; readonly channels: ChannelSettings };

export type SmsSettings = {
  readonly accountSid: string;
  readonly authToken: string;
  readonly from: string;
  readonly to: readonly string[];
  readonly baseUrl: string;
};

/** Who may see the page and its JSON. */
export type Access =
  | { readonly kind: 'users'; readonly users: readonly StatusUser[] }
  | { readonly kind: 'public' }
  | { readonly kind: 'vercel' }
  /** Nothing was chosen: nobody. */
  | { readonly kind: 'closed' };
