/** The channels of the stage in tests: those that reach people. A channel more in the product changes no test of another. */
export const CHANNEL_IDS = ['pagerduty', 'sms', 'slack', 'email'] as const;

export type ChannelId = (typeof CHANNEL_IDS)[number];
