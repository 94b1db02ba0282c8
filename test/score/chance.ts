/** Numbers from 0 to below 1 that follow from the seed (mulberry32, public domain: github.com/bryc/code, PRNGs.md). */
export type Chance = () => number;

export function chanceOf(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** From `least` to `most`, evenly. */
export function between(chance: Chance, least: number, most: number): number {
  return least + chance() * (most - least);
}
