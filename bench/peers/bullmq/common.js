import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [host, port] = process.env.BENCH_REDIS.split(':');

export const connection = { host, port: Number(port) };
export const version = (name) => require(`${name}/package.json`).version;
export const say = (line) => process.stdout.write(`${line}\n`);

let ahead = performance.timeOrigin;

// Microseconds since 1970. Date.now() has whole milliseconds only; performance.now() counts on from the start, whatever is done to the
// system's clock since, so it is led back to where that clock says it is.
export const now = () => {
  const time = ahead + performance.now();
  const clock = Date.now();
  ahead += Math.max(0, clock - time) + Math.min(0, clock + 1 - time);
  return Math.round((ahead + performance.now()) * 1000);
};
