import { type Duration, MINUTE, SECOND, spell, type Timer } from '../../domain/time.ts';

/** A backup or restore that has not moved on for so long is told of. A large index builds for longer, so this ends nothing. */
const STALL: Duration = 5 * MINUTE;
/** Longest that a ping is waited for. The server may be there for the driver, which asks it by a connection of its own, and answer nothing else. */
const PING: Duration = 10 * SECOND;

export type StallWatch = {
  /** Something was begun or moved on: "shop.orders, building the index total_1". */
  readonly moved: (what: string) => void;
  readonly stop: () => void;
};

type Watching = {
  /** Asks the server whether it is there. Rejects where it is not; it may also never settle. */
  readonly ping: () => Promise<unknown>;
  readonly say: (line: string) => void;
  readonly timer: Timer;
};

/**
 * Says, every five minutes without a `moved`, what is waited for and whether the server still answers. It ends nothing: how long a command may take
 * is known to nobody but the person who can press Ctrl-C.
 */
export function watchStalls({ ping, say, timer }: Watching): StallWatch {
  let what = 'the first answer';
  let quiet: Duration = 0;
  let moves = 0;
  let stopped = false;
  let cancel = timer(STALL, notice);
  let giveUp = (): void => {};
  function notice(): void {
    quiet += STALL;
    cancel = timer(STALL, notice);
    const [asked, lasted] = [moves, quiet];
    const report = (server: string): void => {
      if (moves === asked) say(`no progress for ${spell(lasted)}: ${what}; ${server}`);
    };
    const late = Promise.withResolvers<never>();
    giveUp = timer(PING, () => late.reject(new Error('no answer')));
    const answer = Promise.race([ping(), late.promise]).finally(giveUp);
    answer.then(
      () => report('the server answers, so it is waited for; Ctrl-C ends it'),
      () => report('the server does not even answer a ping: see that it runs and can be reached; it is waited for until Ctrl-C'),
    );
  }
  function again(): void {
    moves += 1;
    quiet = 0;
    cancel();
    giveUp();
  }
  return {
    moved: (doing) => {
      if (stopped) return;
      again();
      what = doing;
      cancel = timer(STALL, notice);
    },
    stop: () => {
      again();
      stopped = true;
    },
  };
}
