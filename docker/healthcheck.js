// Whether the process of this container lives. Not whether it can serve: while the database is away a new container
// would help nobody. A worker answers on its METRICS_PORT; without one, that it runs is all there is to ask.
const { APP_ROLE, METRICS_PORT, PORT } = process.env;
const port = APP_ROLE === 'worker' ? METRICS_PORT : PORT;
const alive = port ? (await fetch(`http://127.0.0.1:${port}/health/live`)).ok : true;
process.exit(alive ? 0 : 1);
