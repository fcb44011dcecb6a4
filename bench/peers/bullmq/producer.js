import { createInterface } from 'node:readline';
import { Queue } from 'bullmq';
import { connection, now, say, version } from './common.js';

// Completed jobs are removed at once: the cheapest setting.
const queue = new Queue('bench', { connection, defaultJobOptions: { removeOnComplete: true } });

const job = (number, name) => ({
  userId: 100000 + number,
  email: `customer.${100000 + number}@post.example.com`,
  name,
});
const name = 'Maria Magdalena Mustermann';

async function enqueue(jobs, callers) {
  let next = 0;
  await Promise.all(Array.from({ length: callers }, async () => {
    for (let number = next++; number < jobs; number = next++) {
      await queue.add('welcome', job(number, name));
    }
  }));
}

// While one chunk is under way the next one is made and sent, which is much faster; larger chunks are not.
async function bulk(jobs) {
  let before;
  for (let first = 0; first < jobs; first += 500) {
    const count = Math.min(500, jobs - first);
    const next = queue.addBulk(Array.from({ length: count }, (_, i) => ({ name: 'welcome', data: job(first + i, name) })));
    await before;
    before = next;
  }
  await before;
}

async function latency(jobs, gap, spread) {
  for (let number = 0; number < jobs; number++) {
    await new Promise((resolve) => setTimeout(resolve, gap + Math.random() * spread));
    await queue.add('welcome', job(number, String(now())));
  }
}

const commands = { enqueue, bulk, latency };
await queue.waitUntilReady();
say(`ready BullMQ ${version('bullmq')}, ioredis ${version('ioredis')}, Node.js ${process.versions.node}`);
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...numbers] = line.split(' ');
  const start = performance.now();
  await commands[command](...numbers.map(Number));
  say(`done ${((performance.now() - start) / 1000).toFixed(6)}`);
}
process.exit();
