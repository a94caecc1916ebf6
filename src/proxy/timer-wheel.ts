/**
 * Coarse deadlines for many connections without a timer each: a hierarchical wheel of three levels with 64 slots, whose
 * lowest slot is one tick wide. One system timer, set for the next slot that holds anything; nothing runs while the wheel is empty.
 * A deadline fires late by at most a tick, never early.
 */

/** An entry of the wheel. Made once, then moved: `Deadline` objects are the nodes of the slots' lists. */
export class Deadline {
  readonly due: () => void;
  at = 0;
  previous: Deadline | undefined;
  next: Deadline | undefined;

  constructor(due: () => void) {
    this.due = due;
  }
}

const slotsPerLevel = 64;
const levels = 3;
const span = [1, slotsPerLevel, slotsPerLevel * slotsPerLevel] as const;

export class TimerWheel {
  readonly tickMs: number;
  readonly #now: () => number;
  readonly #origin: number;
  /** Heads of the slots' rings; a head alone in its ring is an empty slot. */
  readonly #slots: readonly Deadline[];
  /** Ticks that are done. */
  #tick = 0;
  #size = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #wakesAtTick = Number.POSITIVE_INFINITY;

  constructor(now: () => number, tickMs = 50) {
    this.#now = now;
    this.tickMs = tickMs;
    this.#origin = now();
    this.#slots = Array.from({ length: levels * slotsPerLevel }, () => {
      const head = new Deadline(() => {});
      head.previous = head;
      head.next = head;
      return head;
    });
  }

  get size(): number {
    return this.#size;
  }

  /** Puts the deadline, or moves it. `at` is a time on the wheel's clock, in milliseconds. */
  set(deadline: Deadline, at: number): void {
    this.clear(deadline);
    if (this.#size === 0) this.#tick = Math.max(this.#tick, this.#ticksUntil(this.#now()));
    deadline.at = at;
    this.#size += 1;
    this.#wakeAt(this.#place(deadline));
  }

  clear(deadline: Deadline): void {
    if (deadline.next === undefined) return;
    unlink(deadline);
    this.#size -= 1;
    if (this.#size === 0) this.#disarm();
  }

  #ticksUntil(time: number): number {
    return Math.floor((time - this.#origin) / this.tickMs);
  }

  /** Answers the tick at which the deadline's slot is looked at. */
  #place(deadline: Deadline): number {
    const due = Math.max(this.#tick + 1, Math.ceil((deadline.at - this.#origin) / this.tickMs));
    const ahead = due - this.#tick;
    const level = ahead < span[1] ? 0 : ahead < span[2] ? 1 : 2;
    // What lies beyond the last level waits in its farthest slot and is placed anew from there.
    const farthest = this.#tick + (slotsPerLevel - 1) * span[2];
    const width = span[level] ?? 1;
    const turn = Math.floor(Math.min(due, farthest) / width);
    const head = this.#slots[level * slotsPerLevel + (turn % slotsPerLevel)];
    if (head !== undefined) append(head, deadline);
    return turn * width;
  }

  /** On the higher levels that is when a slot is dealt out to the level below. */
  #wakeAt(wakeAt: number): void {
    if (wakeAt >= this.#wakesAtTick) return;
    this.#disarm();
    this.#wakesAtTick = wakeAt;
    const delay = this.#origin + wakeAt * this.tickMs - this.#now();
    this.#timer = setTimeout(() => this.#advance(), Math.max(1, Math.ceil(delay)));
  }

  #disarm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#wakesAtTick = Number.POSITIVE_INFINITY;
  }

  #nextOccupied(): number {
    let soonest = Number.POSITIVE_INFINITY;
    for (let level = 0; level < levels; level += 1) {
      const width = span[level] ?? 1;
      const current = Math.floor(this.#tick / width);
      for (let step = 1; step <= slotsPerLevel; step += 1) {
        const head = this.#slots[level * slotsPerLevel + ((current + step) % slotsPerLevel)];
        if (head === undefined || head.next === head) continue;
        soonest = Math.min(soonest, (current + step) * width);
        break;
      }
    }
    return soonest;
  }

  #advance(): void {
    this.#timer = undefined;
    this.#wakesAtTick = Number.POSITIVE_INFINITY;
    const target = this.#ticksUntil(this.#now());
    while (this.#size > 0) {
      const next = this.#nextOccupied();
      if (next > target) break;
      this.#tick = next;
      this.#empty(next);
    }
    this.#tick = Math.max(this.#tick, target);
    if (this.#size > 0) this.#wakeAt(this.#nextOccupied());
  }

  #empty(tick: number): void {
    for (let level = levels - 1; level >= 0; level -= 1) {
      const width = span[level] ?? 1;
      if (tick % width !== 0) continue;
      const head = this.#slots[level * slotsPerLevel + ((tick / width) % slotsPerLevel)];
      // Detached first: what is due may put deadlines into this very slot.
      const batch: Deadline[] = [];
      for (let entry = head?.next; entry !== undefined && entry !== head; entry = entry.next)
        batch.push(entry);
      for (const entry of batch) {
        if (entry.next === undefined) continue;
        unlink(entry);
        if (this.#origin + tick * this.tickMs < entry.at) {
          this.#place(entry);
          continue;
        }
        this.#size -= 1;
        entry.due();
      }
    }
  }
}

function append(head: Deadline, entry: Deadline): void {
  const last = head.previous ?? head;
  entry.previous = last;
  entry.next = head;
  last.next = entry;
  head.previous = entry;
}

function unlink(entry: Deadline): void {
  if (entry.previous !== undefined) entry.previous.next = entry.next;
  if (entry.next !== undefined) entry.next.previous = entry.previous;
  entry.previous = undefined;
  entry.next = undefined;
}
