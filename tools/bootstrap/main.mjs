import { bootstrap } from './bootstrap.mjs';

try {
  const { node, natsServer, postgresBinDir } = await bootstrap();
  process.stderr.write(`argosy: ready: Node ${node}, NATS ${natsServer}, Postgres ${postgresBinDir}\n`);
} catch (error) {
  process.stderr.write(`argosy: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
