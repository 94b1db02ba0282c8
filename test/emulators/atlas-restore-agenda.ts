import type { Instant } from '../../lib/domain/time.ts';

type Act = (at: Instant) => void | Promise<void>;

/** What is to happen at which moment of the emulator's clock. */
export type Agenda = {
  readonly at: (moment: Instant, act: Act) => void;
  /** Lets everything up to `now` happen, in order and one after the other, whoever asks. */
  readonly settle: (now: Instant) => Promise<void>;
};

export function createAgenda(): Agenda {
  const open: { readonly moment: Instant; readonly act: Act }[] = [];
  let settling: Promise<void> = Promise.resolve();
  const dueBy = async (now: Instant): Promise<void> => {
    for (;;) {
      const [next] = open.toSorted((a, b) => a.moment - b.moment);
      if (next === undefined || next.moment > now) return;
      open.splice(open.indexOf(next), 1);
      await next.act(next.moment);
    }
  };
  return {
    at: (moment, act) => void open.push({ moment, act }),
    settle(now) {
      // One that failed fails its own request alone.
      settling = settling.catch(() => undefined).then(() => dueBy(now));
      return settling;
    },
  };
}
