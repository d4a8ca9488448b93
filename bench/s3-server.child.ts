import { S3Server } from '../test/support/servers/s3.ts';

// An S3 server in a process of its own, so that the bench's own process does not wait for it; tells its port.
const server = await S3Server.start();
process.once('disconnect', () => void server.stop());
process.send?.(server.port);
