import { createAtlasClient } from '../../lib/collect/client/client.ts';
import { collect } from '../../lib/collect/collect.ts';
import type { AccountToRead } from '../../lib/collect/read-accounts.ts';
import type { Environment } from '../../lib/config/environment/read-environment.ts';
import { EMPTY_MEMORY } from '../../lib/domain/memory/memory.ts';
import type { Policy } from '../../lib/domain/policy/policy.ts';
import type { Instant } from '../../lib/domain/time.ts';
import { evaluateRun } from '../../lib/evaluate/evaluation.ts';
import { clockLines, type DatedAnswer, datedFetch } from './examine-clock.ts';
import { restoreAccount, rightLines, secretLines } from './atlas-rights.ts';
import { inLines } from './atlas-reads.ts';
import type { Line } from './line.ts';

/**
 * Reads from Atlas what a first check would: what cannot be read and why, which role is missing for which check, when our secrets expire, and how far our
 * clock is from Atlas's. Never throws.
 */
export async function examineAtlas(environment: Environment, policy: Policy, now: () => Instant): Promise<readonly Line[]> {
  const { atlas, runBudgetMs } = environment;
  const { projectIds } = atlas;
  const answers: DatedAnswer[] = [];
  const accounts = accountsOf(
    environment,
    datedFetch((answer) => void answers.push(answer), now),
  );
  const [{ client }] = accounts;
  const startedAt = now();
  const deadline = startedAt + runBudgetMs;
  const facts = await collect({ client, accounts, projectIds, hints: { projects: {} }, now: startedAt, deadline });
  // As the first check would evaluate it, so that each check says by itself what it lacks.
  const restoring = restoreAccount(facts.accounts ?? {});
  const { findings } = evaluateRun(EMPTY_MEMORY, { ...facts, accounts: restoring.watched }, { policy, projectIds });
  const rights = facts.projects.known ? [...restoring.lines, ...rightLines(findings), ...secretLines(findings)] : [];
  return [...inLines(facts), ...rights, ...clockLines(answers)];
}

/** The accounts that the environment names; the one that watches first. */
function accountsOf(
  { atlas, recovery, requestTimeoutMs, secrets }: Environment,
  ask: typeof fetch,
): readonly [AccountToRead, ...AccountToRead[]] {
  const { baseUrl } = atlas;
  const account = (use: AccountToRead['use'], credentials: AccountToRead['credentials']): AccountToRead => ({
    use,
    credentials,
    client: createAtlasClient({ baseUrl, credentials, requestTimeoutMs, secrets, fetch: ask }),
  });
  const restore = recovery.credentials;
  return [account('watch', atlas.credentials), ...(restore ? [account('restore', restore)] : [])];
}
