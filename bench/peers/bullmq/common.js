import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const [host, port] = process.env.BENCH_REDIS.split(':');

export const connection = { host, port: Number(port) };
export const version = (name) => require(`${name}/package.json`).version;
export const now = () => Math.round((performance.timeOrigin + performance.now()) * 1000);
export const say = (line) => process.stdout.write(`${line}\n`);
