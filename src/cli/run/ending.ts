/** How a run comes to its end. */

/** The end that several may ask for; who asks again does not want to wait for open connections. */
export class Ending {
  readonly reached: Promise<void>;
  readonly hurried: Promise<void>;
  #reach: () => void = () => {};
  #hurry: () => void = () => {};
  over = false;

  constructor() {
    this.reached = new Promise((resolve) => {
      this.#reach = resolve;
    });
    this.hurried = new Promise((resolve) => {
      this.#hurry = resolve;
    });
  }

  now(): void {
    if (this.over) this.#hurry();
    this.over = true;
    this.#reach();
  }

  /** The terminal is gone. That comes as a signal and as an error, in any order and several times: nobody is in a hurry. */
  hangUp(): void {
    this.over = true;
    this.#reach();
  }
}
