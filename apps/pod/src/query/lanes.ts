/** Lets work of one name pass one after the other, in the order of its coming. */
export class Lanes {
  private readonly ends = new Map<string, Promise<void>>();

  /** Resolves when it is this one's turn; call what it answers when it is over. */
  async enter(name: string): Promise<() => void> {
    const before = this.ends.get(name);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ends.set(name, promise);
    await before;
    return () => {
      if (this.ends.get(name) === promise) this.ends.delete(name);
      resolve();
    };
  }
}
