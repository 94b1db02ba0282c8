import type { ChannelSettings } from '../../deliver/channels/registry.ts';
import type { ChannelId } from '../../domain/policy/policy.ts';
import type { StatusUser } from './status-users.ts';

/** Everything that the environment says, parsed once at the edge. */
export type Environment = {
  readonly port: number;
  /** The address to listen on; null: all of them. */
  readonly host: string | null;
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
  /** The teams of restorewatch.config.ts with their own channels; null where they leave one to the default recipients. */
  readonly teams: readonly TeamSettings[];
  /** The channels by which an acknowledgement can come back to us. */
  readonly acknowledgedBy: readonly ChannelId[];
  readonly pagerdutyApi: { readonly token: string; readonly url: string } | null;
  readonly webhooks: { readonly pagerdutySecret: string | null; readonly slackSigningSecret: string | null };
  readonly statusUrl: string | null;
  readonly access: Access;
  /** The proxies (IP addresses and ranges) whose word about where a request came from is believed. */
  readonly trustedProxies: readonly string[];
  /** Whether this runs on Vercel, whose own headers say where a request came from. */
  readonly onVercel: boolean;
  readonly heartbeatUrl: string | null;
  readonly metrics: {
    /** Null: they are read by whoever may see the page alone. */
    readonly token: string | null;
    readonly perCluster: 'auto' | 'on' | 'off';
  };
  readonly requestTimeoutMs: number;
  readonly runBudgetMs: number;
  readonly recovery: {
    readonly credentials: ServiceAccount | null;
    readonly mongodbUri: string | null;
    readonly sandboxUri: string | null;
    /** An Ed25519 private key as PEM; null: evidence is not signed. */
    readonly evidenceKey: string | null;
    /** Connection strings by the name of the variable that restorewatch.config.ts gives. */
    readonly addresses: Readonly<Record<string, string>>;
  };
  /** What keeps the product from doing its work, or lets others in, though it starts; one sentence each. */
  readonly faults: readonly string[];
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

export type TeamSettings = { readonly name: string; readonly channels: ChannelSettings };

/** Who may see the page and its JSON. */
export type Access =
  | { readonly kind: 'users'; readonly users: readonly StatusUser[] }
  | { readonly kind: 'public' }
  | { readonly kind: 'vercel' }
  /** Nothing was chosen: nobody. */
  | { readonly kind: 'closed' };
