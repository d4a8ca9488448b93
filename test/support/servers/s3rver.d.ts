declare module 's3rver' {
  /** An S3 server for tests; it comes without types. */
  export default class S3rver {
    /** Where objects are files: their bytes, digest and metadata. */
    readonly store: {
      deleteObject(bucket: string, key: string): Promise<void>;
      getResourcePath(bucket: string, key: string, resource: string): string;
    };
    constructor(options: { address: string; port: number; silent: boolean; directory: string });
    run(): Promise<{ port: number }>;
    close(): Promise<void>;
  }
}
