import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { Database } from '../database/database.ts';

/** What operators watch. Labels are patterns, states and statuses: no id, no name, no address. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly durations: Histogram<'method' | 'route' | 'status'>;
  private countSockets: () => number = () => 0;

  constructor(private readonly database: Database) {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.durations = new Histogram({ name: 'podnet_http_request_duration_seconds', help: 'Duration of REST calls.', labelNames: ['method', 'route', 'status'], buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5], registers });
    const sockets = (): number => this.countSockets();
    new Gauge({
      name: 'podnet_sockets',
      help: 'Sockets of pods and modellers that are connected.',
      registers,
      collect() {
        this.set(sockets());
      },
    });
    const tasks = this.counting(() => this.database.client.task.groupBy({ by: ['state'], _count: true }));
    new Gauge({
      name: 'podnet_tasks',
      help: 'Tasks by state.',
      labelNames: ['state'],
      registers,
      async collect() {
        this.reset();
        for (const { state, _count } of await tasks()) this.set({ state }, _count);
      },
    });
    const mail = this.counting(async () => [await this.database.client.mail.count()]);
    new Gauge({
      name: 'podnet_mailbox_depth',
      help: 'Messages that wait for pods.',
      registers,
      async collect() {
        this.reset();
        for (const depth of await mail()) this.set(depth);
      },
    });
  }

  /** Who knows how many sockets there are. */
  watchSockets(count: () => number): void {
    this.countSockets = count;
  }

  /** One REST call has ended. */
  observe({ method, route, status, ms }: { method: string; route: string; status: number; ms: number }): void {
    this.durations.observe({ method: known.has(method) ? method : 'other', route, status }, ms / 1_000);
  }

  /** The text that Prometheus reads. */
  write(): Promise<string> {
    return this.registry.metrics();
  }

  /** Without the database there are no figures of it, but all others. */
  private counting<T>(count: () => Promise<T[]>): () => Promise<T[]> {
    return () => count().catch(() => []);
  }
}

const known = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
