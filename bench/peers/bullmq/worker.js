import { Worker } from 'bullmq';
import { setTimeout as sleep } from 'node:timers/promises';
import { connection, now, say } from './common.js';

const last = Number(process.env.BENCH_JOBS ?? 0);
const wait = Number(process.env.BENCH_WAIT ?? 0);
const latency = process.env.BENCH_LATENCY === '1';
let count = 0;
let said = 0;

function sayCount() {
  if (said !== count) {
    said = count;
    say(`count ${process.pid} ${count} ${now()}`);
  }
}

const worker = new Worker('bench', async (job) => {
  if (latency) {
    say(`latency ${now() - Number(job.data.name)}`);
  }
  count++;
  if (latency || count === 1 || count === last) {
    sayCount();
  }
  if (wait > 0) {
    await sleep(wait);
  }
}, { connection, concurrency: Number(process.env.BENCH_CONCURRENCY) });
// An idle worker would be charged with it.
if (!latency) {
  setInterval(sayCount, 20);
}
await worker.waitUntilReady();
say(`ready ${process.pid}`);
process.on('SIGTERM', () => process.exit());
