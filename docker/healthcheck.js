// Whether the process of this container can serve: a worker answers on its METRICS_PORT, every other role on its PORT.
const { APP_ROLE, METRICS_PORT, PORT } = process.env;
const port = APP_ROLE === 'worker' ? METRICS_PORT : PORT;
const { ok } = await fetch(`http://127.0.0.1:${port}/health/ready`);
process.exit(ok ? 0 : 1);
